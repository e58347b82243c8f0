import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { classIdSchema, pacingSchema } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { ScriptedClass, shareAt } from './scripted-class.ts';

const REPLAY = fileURLToPath(new URL('./replay.ts', import.meta.url));
const classId = classIdSchema.parse(randomUUID());

function scores(seed: number, window: number): number {
  const scripted = new ScriptedClass({ classId, contributors: 400, seed });
  let rows = scripted.rows(0);
  for (let next = 1; next <= window; next += 1) rows = scripted.rows(next);
  const scored = rows.flatMap(({ score }) => (score === null ? [] : [score]));
  return scored.reduce((sum, score) => sum + score, 0) / scored.length;
}

describe('a scripted class', () => {
  it('is the same for the same seed, and another for another', () => {
    const rows = (seed: number) => new ScriptedClass({ classId, contributors: 20, seed }).rows(0);
    expect(rows(1)).toEqual(rows(1));
    expect(rows(1)).not.toEqual(rows(2));
  });

  it('dips and recovers', () => {
    expect(shareAt(0)).toBe(0.72);
    expect(shareAt(9)).toBeCloseTo(0.47);
    expect(scores(1, 9 * 12)).toBeLessThan(scores(1, 4 * 12) - 0.15);
    expect(scores(1, 14 * 12)).toBeGreaterThan(scores(1, 9 * 12) + 0.15);
  });
});

describe('the replay', () => {
  it('plays through a real process and prints the pacing view', { timeout: 120_000 }, async () => {
    const argv = ['--disable-warning=ExperimentalWarning', REPLAY, '--contributors', '60', '--windows', '13'];
    const { stdout } = await promisify(execFile)(process.execPath, argv);
    const pacing = pacingSchema.parse(JSON.parse(stdout));
    expect(pacing).toMatchObject({ state: 'reading', lastMs: 65_000, current: { resolution: 'minute', toMs: 60_000 } });
    expect(pacing.coverage).toHaveLength(13);
    expect(pacing.coverage.every(({ measured, unclear }) => (measured ?? 0) + (unclear ?? 0) === 60)).toBe(true);
  });
});
