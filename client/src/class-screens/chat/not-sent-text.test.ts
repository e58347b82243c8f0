import { LecternError } from '@lectern/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AwayError } from '../../http/offline-error.ts';
import { notSentText } from './not-sent-text.ts';

beforeEach(() => {
  // The language that the words are in.
  vi.stubGlobal('localStorage', { getItem: () => 'en' });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it('says once that a line is not sent', () => {
  expect(notSentText(new AwayError({ sent: false }))).toBe(
    'Not sent: the connection is away. Try again once it is back.',
  );
  expect(notSentText(new LecternError('chat-closed'))).toMatch(/^Not sent\. \S/);
});
