import type { Shedding, SheddingReason, SheddingStep } from '@lectern/contracts';
import { m } from '../../paraglide/messages.js';

const STEPS: Readonly<Record<Exclude<SheddingStep, 'none'>, () => string>> = {
  thumbnails: m.class_shedding_thumbnails,
  'camera-layers': m.class_shedding_camera_layers,
  'frame-rate': m.class_shedding_frame_rate,
  camera: m.class_shedding_camera,
  screen: m.class_shedding_screen,
};
const REASONS: Readonly<Record<SheddingReason, () => string>> = {
  packets: m.class_shedding_packets,
  cpu: m.class_shedding_cpu,
};

/** What the class gives up now and why, in a few words; null while it gives up nothing. */
export function sheddingWords({ step, reason }: Shedding): string | null {
  return step === 'none' || reason === null ? null : `${STEPS[step]()} ${REASONS[reason]()}`;
}
