import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openLabPage } from './lab-page.ts';
import { LID_SHAPES, MONK_TONES } from './people/looks.ts';
import type { EyePixels, Pixel, Portrait, Sitting } from './people-page.ts';
import { seeded, type Random } from './random.ts';

/**
 * Measures whether the shipped landmarker takes the lab's people for people: where it puts irises, corners and lids against where
 * they were drawn, by tone and lid shape. Prints one JSON line. Options: --people N (20), --views N of each besides one with
 * open and one with closed eyes (6), --from SEED (0), --pictures DIR for a PNG of everybody's first view.
 */
const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '20' },
    views: { type: 'string', default: '6' },
    from: { type: 'string', default: '0' },
    pictures: { type: 'string' },
  },
});

const SIZE = { width: 640, height: 480 } as const;
/** The landmarker's points: corners, the middle of both lids, the iris. */
const POINTS = {
  left: { outer: 263, inner: 362, upper: [387, 385], lower: [373, 380], iris: 473 },
  right: { outer: 33, inner: 133, upper: [160, 158], lower: [144, 153], iris: 468 },
} as const;
const STILL = { yawDeg: 0, pitchDeg: 0, rollDeg: 0, eyeYawDeg: 0, eyePitchDeg: 0, lids: 0, jawOpen: 0 } as const;

/** What one picture says; distances in eye widths, angles in degrees. */
interface Reading {
  readonly sitting: Sitting;
  readonly tone: number;
  readonly lidShape: string;
  readonly found: boolean;
  readonly iris: readonly number[];
  readonly corners: readonly number[];
  /** Lid gap over eye width: drawn and seen. */
  readonly gapDrawn: readonly number[];
  readonly gapSeen: readonly number[];
  readonly yawOffDeg: number;
  readonly pitchOffDeg: number;
}

const lab = await openLabPage({ source: 'people-page.ts', workerSource: 'landmarks-worker.ts' });
try {
  await lab.page.evaluate(({ width, height }) => window.people.open(width, height), SIZE);
  const readings: Reading[] = [];
  const costsMs: number[] = [];
  const sittings = plan(Number(values.people), Number(values.views), Number(values.from));
  for (const [done, sitting] of sittings.entries()) {
    const portrait = await lab.page.evaluate((one) => window.people.take(one), sitting);
    if (portrait.picture !== null && values.pictures !== undefined) {
      await mkdir(values.pictures, { recursive: true });
      await writeFile(join(values.pictures, `${String(sitting.seed)}.png`), Buffer.from(portrait.picture, 'base64'));
    }
    readings.push(read(sitting, portrait));
    costsMs.push(portrait.renderMs);
    process.stderr.write(`\r${String(done + 1)} of ${String(sittings.length)} pictures `);
  }
  process.stderr.write('\n');
  const groups = Object.fromEntries([
    ['all', summary(readings)],
    ...MONK_TONES.map((_, tone) => [`tone ${String(tone + 1)}`, summary(readings.filter((one) => one.tone === tone))]),
    ...LID_SHAPES.map((shape) => [shape, summary(readings.filter((one) => one.lidShape === shape))]),
  ]) as Record<string, unknown>;
  const renderP50Ms = costsMs.toSorted((a, b) => a - b)[Math.floor(costsMs.length / 2)];
  process.stdout.write(`${JSON.stringify({ pictures: readings.length, renderP50Ms, groups })}\n`);
} finally {
  await lab.close();
}

/** Tones and lid shapes crossed; a first look into the camera, one with closed eyes, and views from all sides. */
function plan(people: number, views: number, from: number): Sitting[] {
  return Array.from({ length: people }, (_, i) => {
    const random = seeded(from + i * 7919 + 13);
    const looks = {
      monkTone: i % MONK_TONES.length,
      lidShape: LID_SHAPES[(i + Math.floor(i / MONK_TONES.length)) % LID_SHAPES.length] ?? 'round',
      strabismusDeg: 0,
      mask: 'none',
    } as const;
    const sit = (state: Sitting['state'], isFirst = false): Sitting => ({
      seed: from + i,
      looks,
      state,
      distanceCm: random.between(45, 70),
      picture: isFirst && values.pictures !== undefined,
    });
    return [sit(STILL, true), sit({ ...STILL, lids: 1 }), ...Array.from({ length: views }, () => sit(anyView(random)))];
  }).flat();
}

function anyView(random: Random): Sitting['state'] {
  return {
    ...STILL,
    yawDeg: random.between(-30, 30),
    pitchDeg: random.between(-24, 16),
    rollDeg: random.between(-8, 8),
    eyeYawDeg: random.between(-25, 25),
    eyePitchDeg: random.between(-20, 16),
  };
}

function read(sitting: Sitting, { looks, mesh, matrix, truth }: Portrait): Reading {
  const empty = { iris: [], corners: [], gapDrawn: [], gapSeen: [], yawOffDeg: Number.NaN, pitchOffDeg: Number.NaN };
  const reading = { sitting, tone: looks.monkTone, lidShape: looks.lidShape, found: false, ...empty };
  if (mesh === null || matrix === null) return reading;
  const at = (index: number): Pixel => mesh[index] ?? [Number.NaN, Number.NaN];
  const eyes = (['left', 'right'] as const).map((side) => readEye(truth[side], POINTS[side], at));
  const [x, y, z] = [matrix[8] ?? 0, matrix[9] ?? 0, matrix[10] ?? 1];
  return {
    ...reading,
    found: true,
    iris: eyes.map(({ iris }) => iris),
    corners: eyes.flatMap(({ corners }) => corners),
    gapDrawn: eyes.map(({ gapDrawn }) => gapDrawn),
    gapSeen: eyes.map(({ gapSeen }) => gapSeen),
    yawOffDeg: (Math.atan2(x, z) * 180) / Math.PI - sitting.state.yawDeg,
    pitchOffDeg: (Math.asin(y / Math.hypot(x, y, z)) * 180) / Math.PI - sitting.state.pitchDeg,
  };
}

function readEye(
  drawn: EyePixels,
  points: (typeof POINTS)['left' | 'right'],
  at: (index: number) => Pixel,
): { iris: number; corners: number[]; gapDrawn: number; gapSeen: number } {
  const [outer, inner, ...lids] = drawn.lids;
  if (outer === undefined || inner === undefined) throw new Error('an eye was drawn without its corners');
  const width = distance(outer, inner);
  const [upper, lower] = [lids.slice(0, 2), lids.slice(2)];
  return {
    iris: distance(at(points.iris), drawn.iris) / width,
    corners: [distance(at(points.outer), outer) / width, distance(at(points.inner), inner) / width],
    gapDrawn: (meanHeight(lower) - meanHeight(upper)) / width,
    gapSeen:
      (meanHeight(points.lower.map(at)) - meanHeight(points.upper.map(at))) /
      distance(at(points.outer), at(points.inner)),
  };
}

function distance(a: Pixel, b: Pixel): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function meanHeight(points: readonly Pixel[]): number {
  return mean(points.map(([, y]) => y));
}

function summary(readings: readonly Reading[]): Record<string, number> {
  const open = readings.filter(({ found, sitting }) => found && sitting.state.lids === 0);
  const straight = open.filter(({ sitting }) => sitting.state === STILL);
  const closed = readings.filter(({ found, sitting }) => found && sitting.state.lids === 1);
  return {
    found: readings.filter(({ found }) => found).length / readings.length,
    irisOff: mean(open.flatMap(({ iris }) => iris)),
    cornersOff: mean(open.flatMap(({ corners }) => corners)),
    gapDrawn: mean(straight.flatMap(({ gapDrawn }) => gapDrawn)),
    gapSeen: mean(straight.flatMap(({ gapSeen }) => gapSeen)),
    gapSeenClosed: mean(closed.flatMap(({ gapSeen }) => gapSeen)),
    yawOffDeg: mean(open.map(({ yawOffDeg }) => Math.abs(yawOffDeg))),
    pitchOffDeg: mean(open.map(({ pitchOffDeg }) => Math.abs(pitchOffDeg))),
  };
}

function mean(numbers: readonly number[]): number {
  const value = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  return Math.round(value * 1000) / 1000;
}
