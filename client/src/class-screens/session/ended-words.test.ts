import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endedWords } from './ended-words.ts';

beforeEach(() => {
  // The language that the words are in.
  vi.stubGlobal('localStorage', { getItem: () => 'en' });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the end of a class in words', () => {
  it('says of another tab only what was taken over', () => {
    const takenOver = endedWords('taken-over', undefined);
    for (const reason of ['erased', 'signed-out', 'class-cancelled', 'removed'] as const) {
      expect(endedWords(reason, undefined).title, reason).not.toBe(takenOver.title);
    }
    for (const code of ['seat-wrong', 'not-found', 'conflict'] as const) {
      expect(endedWords('refused', code).title, code).not.toBe(takenOver.title);
    }
  });

  it('leads whoever was signed out to the sign-in, and offers no way back to a class that is gone', () => {
    expect(endedWords('signed-out', undefined).wayOn).toBe('sign-in');
    expect(endedWords('refused', 'not-found').wayOn).toBeNull();
  });
});
