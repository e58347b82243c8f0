import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirePython } from '../../scripts/python.ts';
import { endOf } from '../../scripts/run-program.ts';

const PROGRAM = join(import.meta.dirname, 'golden.py');
const VECTORS = join(import.meta.dirname, '../../client/src/attention/worker/golden-features.json');

type Numbers = Record<string, number>;
/** Of golden-features.json what is changed here. */
interface Golden {
  version: number;
  readings: { points: { left: number[] }; observables: Numbers }[];
  lids: { lids: string[] }[];
  aims: { aim: Numbers }[];
  frames: { inputs: number[] }[];
  windows: { features: number[] }[];
}

/** By how much a number is moved: a hundred times what may differ. */
const MOVED_BY = 1e-3;

describe('golden vectors in Python', () => {
  let python: Promise<string> | undefined;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lectern-golden-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const committed = async (): Promise<Golden> => JSON.parse(await readFile(VECTORS, 'utf8')) as Golden;
  /** In each test, so that each fails with the remedy where there is no Python. */
  const check = async (...files: readonly string[]): ReturnType<typeof endOf> => {
    python ??= requirePython();
    return endOf(await python, [PROGRAM, ...files], { env: { PYTHONDONTWRITEBYTECODE: '1' } });
  };
  const checkChanged = async (change: (golden: Golden) => void): ReturnType<typeof endOf> => {
    const golden = await committed();
    change(golden);
    const file = join(folder, 'changed.json');
    await writeFile(file, JSON.stringify(golden));
    return check(file);
  };

  it('are all reproduced within 1e-5, as TypeScript reproduces them', async () => {
    const { readings, lids, aims, frames, windows } = await committed();
    const all = [readings, lids, aims, frames, windows].reduce((sum, { length }) => sum + length, 0);
    expect(await check()).toEqual({ code: 0, output: `${all} golden vectors reproduced` });
  });

  it.each<[string, (golden: Golden) => void]>([
    ['golden reading 3, left eye, 0', ({ readings }) => (readings[3]!.points.left[0]! += MOVED_BY)],
    ['golden reading 4, gazeYawDeg', ({ readings }) => (readings[4]!.observables['gazeYawDeg']! += MOVED_BY)],
    ['golden aim 2, gazePitchDeg', ({ aims }) => (aims[2]!.aim['gazePitchDeg']! += MOVED_BY)],
    ['golden frame 5, trust', ({ frames }) => (frames[5]!.inputs[8]! += MOVED_BY)],
    ['golden window 3, facingShare', ({ windows }) => (windows[3]!.features[1]! += MOVED_BY)],
    ['golden lids 1', ({ lids }) => (lids[1]!.lids[0] = 'winking')],
  ])('are refused where one is changed: %s', async (name, change) => {
    const { code, output } = await checkChanged(change);
    expect(code).toBe(1);
    expect(output).toContain(`AssertionError: ${name}`);
  });

  it('are refused where they are of another version than the features', async () => {
    const { version } = await committed();
    const { code, output } = await checkChanged((golden) => (golden.version += 1));
    expect(code).toBe(1);
    expect(output).toContain(`has version ${version + 1}, the features of Python have ${version}: train anew`);
  });

  it('are refused where there are none', async () => {
    const { code, output } = await check(join(folder, 'missing.json'));
    expect(code).toBe(1);
    expect(output).toContain('missing.json has version None');
  });
});
