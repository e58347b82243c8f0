import { expect, it } from 'vitest';
import type { Recording } from './recordings.ts';
import { summary, unreadable } from './summary.ts';

const COUNTED = { frames: 1200, windows: 8, recordings: 4, unreadable: 0, seconds: 20, ignored: [] };

it('counts what could not be read among all recordings', () => {
  expect(summary(COUNTED)).toBe('1,200 frames and 8 windows of 4 recordings in 20 s.');
  expect(summary({ ...COUNTED, windows: 0, unreadable: 2 })).toBe(
    '1,200 frames of 4 recordings in 20 s. Not read, or not in whole, see above: 2 of 4.',
  );
});

it('names the files that are left alone, five of them at most', () => {
  const names = ['in/a.csv', 'in/b.txt', 'in/c', 'in/d', 'in/e', 'in/f', 'in/g'];
  expect(summary({ ...COUNTED, ignored: names.slice(0, 1) })).toContain(' Left alone: in/a.csv.');
  expect(summary({ ...COUNTED, ignored: names })).toContain(
    ' Left alone: in/a.csv, in/b.txt, in/c, in/d, in/e and 2 more.',
  );
});

it('gives a remedy for whatever could not be read', () => {
  const still: Recording = { kind: 'still', file: 'in/x.png', paths: ['in/x.png'], bytes: 1 };
  const sequence: Recording = { kind: 'sequence', file: 'in', paths: ['in/0.png', 'in/1.png'], bytes: 2 };
  const video: Recording = { kind: 'video', file: 'in/v.webm', paths: ['in/v.webm'], bytes: 1 };
  const undecoded = 'The source image could not be decoded.';
  expect(unreadable(still, null, undecoded)).toEqual({
    file: 'in/x.png',
    reason: 'The source image could not be decoded; open it in a picture program and save it again, or leave it out',
  });
  expect(unreadable(sequence, 1, undecoded)).toEqual({
    file: 'in/1.png',
    reason: 'The source image could not be decoded; open it in a picture program and save it again',
  });
  expect(unreadable(still, null, 'the file is empty').reason).toMatch(/or leave it out$/);
  expect(unreadable(video, null, 'it has no frame').reason).toMatch(/convert it with {2}ffmpeg -i in\/v\.webm/);
});
