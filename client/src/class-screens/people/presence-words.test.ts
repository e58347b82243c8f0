import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { placesWords, presenceWords } from './presence-words.ts';

beforeEach(() => {
  // The language that the words are in.
  vi.stubGlobal('localStorage', { getItem: () => 'en' });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('presenceWords', () => {
  it('counts the students, and those who teach apart from them', () => {
    expect(presenceWords({ students: 2, present: 3, hearing: 2 })).toEqual(['2 students here', '1 person teaching']);
    expect(presenceWords({ students: 1, present: 3, hearing: 0 })).toEqual(['1 student here', '2 people teaching']);
  });

  it('says nothing of those who teach while none of them is there', () => {
    expect(presenceWords({ students: 0, present: 0, hearing: 0 })).toEqual(['0 students here']);
  });
});

describe('placesWords', () => {
  it('names those apart whose place is kept while they are away', () => {
    expect(placesWords({ students: 2, present: 3, hearing: 2 }, 5)).toEqual([
      '2 students here',
      '1 person teaching',
      '2 away',
    ]);
  });

  it('knows nobody away while the roster is older than the counts', () => {
    expect(placesWords({ students: 2, present: 3, hearing: 2 }, 2)).toHaveLength(2);
  });
});
