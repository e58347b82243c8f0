import { describe, expect, it } from 'vitest';
import { windowTruths, type TrueFrame } from './window-truth.ts';

/** Four frames a second; what is looked at by time. */
function frames(seconds: number, looksAt: (second: number) => string): TrueFrame[] {
  return Array.from({ length: seconds * 4 + 1 }, (_, i) => {
    const at = looksAt(i / 4);
    return { tMs: i * 250, looksAt: at, facing: at === 'class-screen' };
  });
}

describe('truth of windows', () => {
  it('is facing from half of the time on', () => {
    const truths = windowTruths(
      frames(15, (second) => (second < 8 ? 'class-screen' : 'elsewhere')),
      5000,
    );
    expect([...truths]).toEqual([
      [0, 'facing'],
      [1, 'facing'],
      [2, 'away'],
    ]);
  });

  it('is brief where a look down of less than twenty seconds decides', () => {
    const truths = windowTruths(
      frames(40, (second) => (second < 7 ? 'class-screen' : 'down')),
      5000,
    );
    expect([...truths.values()]).toEqual(['facing', 'brief', 'brief', 'brief', 'brief', 'away', 'away', 'away']);
  });

  it('counts time, not frames, and leaves windows out that hardly have any', () => {
    const sparse = [
      ...Array.from({ length: 20 }, (_, i) => ({ tMs: i * 10, looksAt: 'elsewhere', facing: false })),
      ...Array.from({ length: 8 }, (_, i) => ({ tMs: 700 + i * 500, looksAt: 'class-screen', facing: true })),
      { tMs: 12_000, looksAt: 'class-screen', facing: true },
    ];
    expect([...windowTruths(sparse, 5000)]).toEqual([[0, 'facing']]);
  });
});
