import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readingTimeMs, toasts } from './toasts.svelte.ts';

const spoken = (): string[] => toasts.spoken.map(({ text }) => text);

describe('what is only read out', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.runAllTimers();
    vi.useRealTimers();
  });

  it('stands until it can have been read, and no longer', () => {
    toasts.announce('The class has begun.');
    vi.advanceTimersByTime(readingTimeMs('The class has begun.') - 1);
    expect(spoken()).toEqual(['The class has begun.']);
    vi.advanceTimersByTime(1);
    expect(spoken()).toEqual([]);
  });

  it('is not cut off by what is said next, nor by the end of what was said before', () => {
    toasts.announce('Connected again.');
    vi.advanceTimersByTime(3000);
    toasts.announce('Your hand is down.');
    expect(spoken()).toEqual(['Connected again.', 'Your hand is down.']);
    vi.advanceTimersByTime(readingTimeMs('Connected again.') - 3000);
    expect(spoken()).toEqual(['Your hand is down.']);
  });

  it('is read again when it is said again', () => {
    toasts.announce('Message deleted.');
    toasts.announce('Message deleted.');
    expect(new Set(toasts.spoken.map(({ id }) => id)).size).toBe(2);
  });
});
