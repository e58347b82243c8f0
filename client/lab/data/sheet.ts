import { BEHAVIOURS, type Behaviour } from '../acting/behaviours.ts';
import type { ClipKind } from '../acting/scripts.ts';
import type { FaceFamily } from '../families/family.ts';
import { planClip, type ClipPlan } from './clip.ts';
import { partOf } from './design.ts';
import { Film } from './film.ts';

const CELL = { width: 240, height: 180, line: 28 };
const COLUMNS_IN_LINE = 9;
/** What the columns show: each behaviour, and the kinds of clips that are about something else. */
const COLUMNS: readonly (Behaviour | ClipKind)[] = [
  ...BEHAVIOURS.filter((behaviour) => behaviour !== 'gone'),
  'company',
  'passing',
  'photograph',
  'dark',
];
/** A moment at which everybody does what the column says. */
const AT_MS = 5200;

/** One person doing one thing after the other, every time in another scene. */
export async function sheetRow(family: FaceFamily, identity: number): Promise<OffscreenCanvas> {
  const lines = Math.ceil(COLUMNS.length / COLUMNS_IN_LINE);
  const canvas = new OffscreenCanvas(CELL.width * COLUMNS_IN_LINE, lines * (CELL.height + CELL.line));
  const context = contextOf(canvas);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const [column, name] of COLUMNS.entries()) {
    const plan = columnPlan(family, identity, column, name);
    const film = new Film(family, { ...plan, timesMs: [AT_MS] });
    const picture = await film.next();
    if (picture === null) continue;
    const bitmap = await picture.bitmap();
    const scale = Math.min(CELL.width / bitmap.width, CELL.height / bitmap.height);
    const left = (column % COLUMNS_IN_LINE) * CELL.width;
    const top = Math.floor(column / COLUMNS_IN_LINE) * (CELL.height + CELL.line);
    const [width, height] = [bitmap.width * scale, bitmap.height * scale];
    context.drawImage(bitmap, left + (CELL.width - width) / 2, top + (CELL.height - height) / 2, width, height);
    const { truth } = picture;
    context.fillStyle = '#000';
    context.font = '11px sans-serif';
    context.fillText(
      `${name} ${identity} ${plan.scene.device} ${plan.scene.light}`,
      left + 4,
      top + CELL.height + 12,
      CELL.width - 8,
    );
    context.fillText(
      `${truth.looksAt} head ${degrees(truth.yawDeg)} ${degrees(truth.pitchDeg)} gaze ${degrees(truth.gazeYawDeg)} ${degrees(truth.gazePitchDeg)}`,
      left + 4,
      top + CELL.height + 24,
      CELL.width - 8,
    );
    film.close();
  }
  return canvas;
}

/** Rows under each other. */
export function sheetOf(rows: readonly OffscreenCanvas[]): OffscreenCanvas {
  const sheet = new OffscreenCanvas(
    CELL.width * COLUMNS_IN_LINE,
    rows.reduce((sum, row) => sum + row.height, 1),
  );
  const context = contextOf(sheet);
  let y = 0;
  for (const row of rows) {
    context.drawImage(row, 0, y);
    y += row.height;
  }
  return sheet;
}

function columnPlan(family: FaceFamily, identity: number, column: number, name: Behaviour | ClipKind): ClipPlan {
  const isBehaviour = (BEHAVIOURS as readonly string[]).includes(name);
  const kind = (isBehaviour ? (name === 'declared-screen' ? 'declared' : 'mixed') : name) as ClipKind;
  const plan = planClip({ family: family.name, identity, clip: column, kind, part: partOf(identity) });
  if (!isBehaviour) return plan;
  return { ...plan, script: [{ behaviour: name as Behaviour, posture: 'upright', lengthMs: 60_000 }] };
}

function degrees(value: number | null): string {
  return value === null ? '-' : value.toFixed(0);
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2D canvas');
  return context;
}
