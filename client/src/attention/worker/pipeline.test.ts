import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FromWorker } from '../protocol.ts';
import { WINDOW_MS } from './measuring.ts';
import { Pipeline } from './pipeline.ts';

describe('windows without a look at the camera', () => {
  let posted: FromWorker[];
  let pipeline: Pipeline;
  beforeEach(() => {
    vi.useFakeTimers();
    posted = [];
    pipeline = new Pipeline((message) => posted.push(message));
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const reasons = () =>
    posted.flatMap((message) =>
      message.type === 'window' && message.outcome.kind === 'abstain'
        ? [[message.windowIndex, message.outcome.reason]]
        : [],
    );
  /** Tells the class clock every two seconds, as the page does. */
  async function pass(fromMs: number, toMs: number, sure: boolean): Promise<void> {
    for (let classMs = fromMs; classMs < toMs; classMs += 2000) {
      const epochMs = performance.timeOrigin + performance.now();
      pipeline.receive({ type: 'clock', sample: { classMs, sure, epochMs } });
      await vi.advanceTimersByTimeAsync(2000);
    }
  }

  it('are closed as clock-unsure by a clock that never becomes sure', async () => {
    await pass(0, 4 * WINDOW_MS + 2000, false);
    expect(reasons()).toEqual([0, 1, 2, 3].map((window) => [window, 'clock-unsure']));
  });

  it('are closed as page-hidden while the page is hidden', async () => {
    pipeline.receive({ type: 'visibility', visible: false });
    await pass(0, 2 * WINDOW_MS + 2000, true);
    expect(reasons()).toEqual([
      [0, 'page-hidden'],
      [1, 'page-hidden'],
    ]);
  });
});
