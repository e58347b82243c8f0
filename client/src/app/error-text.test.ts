import { LecternError } from '@lectern/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { passwordErrorText } from './error-text.ts';

beforeEach(() => {
  // The language that the words are in.
  vi.stubGlobal('localStorage', { getItem: () => 'en' });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it('speaks of no e-mail where a password alone was asked for', () => {
  expect(passwordErrorText(new LecternError('wrong-credentials'))).toBe('The password is not right.');
  expect(passwordErrorText(new LecternError('too-many'))).not.toMatch(/password/i);
});
