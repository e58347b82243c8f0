import type { Health, OperatorStatus } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OfflineError } from '../../http/offline-error.ts';
import { StatusPoll } from './status-poll.svelte.ts';

const health = { status: 'ok' } as Health;
const at = (second: number) => ({ at: `2026-11-29T10:00:0${second}.000Z` }) as OperatorStatus;

describe('StatusPoll', () => {
  let visible: boolean;
  let asked: number;
  let answer: () => Promise<OperatorStatus>;
  let poll: StatusPoll;
  let stop: () => void;
  const reloadIfOlder = vi.fn(() => Promise.resolve());

  beforeEach(async () => {
    vi.useFakeTimers();
    reloadIfOlder.mockClear();
    visible = true;
    asked = 0;
    answer = () => Promise.resolve(at(asked));
    poll = new StatusPoll({
      health: () => Promise.resolve(health),
      status: () => {
        asked += 1;
        return answer();
      },
      visible: () => visible,
      reloadIfOlder,
    });
    stop = poll.start();
    await vi.advanceTimersByTimeAsync(0);
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
  });

  it('asks at once, every five seconds, and no more once it is over', async () => {
    expect([asked, poll.status]).toEqual([1, at(1)]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([asked, poll.status]).toEqual([3, at(3)]);
    stop();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked).toBe(3);
  });

  it('asks nothing while nobody sees the page, and at once when it is seen again', async () => {
    visible = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toBe(1);
    visible = true;
    poll.look();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toBe(2);
  });

  it('keeps what was known while an answer is missing, and says so', async () => {
    answer = () => Promise.reject(new OfflineError(new Error('away')));
    await vi.advanceTimersByTimeAsync(5_000);
    expect([poll.status, poll.statusFailure, poll.health]).toMatchObject([at(1), expect.any(OfflineError), health]);
    expect(reloadIfOlder).not.toHaveBeenCalled();
    answer = () => Promise.resolve(at(3));
    await vi.advanceTimersByTimeAsync(5_000);
    expect([poll.status, poll.statusFailure]).toEqual([at(3), undefined]);
  });

  it('looks for a newer server where an answer cannot be read', async () => {
    answer = () => Promise.reject(new TypeError('an unknown key: lossShare'));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(reloadIfOlder).toHaveBeenCalledOnce();
    expect(poll.status).toEqual(at(1));
  });

  it('does not ask again while an answer is on its way', async () => {
    answer = () => new Promise(() => undefined);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked).toBe(2);
  });
});
