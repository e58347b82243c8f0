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

describe('what is shown', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.runAllTimers();
    vi.useRealTimers();
  });
  const shown = (): string[] => toasts.shown.map(({ text }) => text);

  it('goes once it can have been read', () => {
    toasts.show('Copied.');
    vi.advanceTimersByTime(readingTimeMs('Copied.') - 1);
    expect(shown()).toEqual(['Copied.']);
    vi.advanceTimersByTime(1);
    expect(shown()).toEqual([]);
  });

  it('stays while it is held, also what comes meanwhile, and goes a while after it is let go', () => {
    toasts.show('Copied.');
    toasts.hold();
    toasts.show('Deleted.');
    vi.advanceTimersByTime(60_000);
    expect(shown()).toEqual(['Copied.', 'Deleted.']);
    toasts.release();
    expect(shown()).toEqual(['Copied.', 'Deleted.']);
    vi.advanceTimersByTime(readingTimeMs('Deleted.'));
    expect(shown()).toEqual([]);
  });
});
