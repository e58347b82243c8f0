import type { FrameTruth } from '../acting/frame-truth.ts';
import type { Groups } from './design.ts';

/** Columns of the truth that validators' figures are made from; angles as the rows of `npm run attention` name them. */
const COLUMNS = [
  'file',
  'frame',
  'subject',
  'group_tone',
  'group_glasses',
  'group_lids',
  'group_cover',
  'group_light',
  'pitchDeg',
  'yawDeg',
  'rollDeg',
  'gazeYawDeg',
  'gazePitchDeg',
  'blink',
  'facing',
] as const;

export const TRUTH_HEADER = COLUMNS.join(',');

/** One frame's line. Nothing in it needs quotes. */
export function truthLine(file: string, frame: number, subject: string, groups: Groups, truth: FrameTruth): string {
  const angle = (value: number | null): string => (value === null ? '' : value.toFixed(3));
  return [
    file,
    frame,
    subject,
    groups.tone,
    groups.glasses,
    groups.lids,
    groups.cover,
    groups.light,
    angle(truth.pitchDeg),
    angle(truth.yawDeg),
    angle(truth.rollDeg),
    angle(truth.gazeYawDeg),
    angle(truth.gazePitchDeg),
    // Of nobody's eyes it cannot be said whether they blink.
    truth.present ? Number(truth.blink) : '',
    Number(truth.facing),
  ].join(',');
}
