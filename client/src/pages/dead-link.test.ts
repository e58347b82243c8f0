import { LecternError } from '@lectern/contracts';
import { expect, it } from 'vitest';
import { OfflineError } from '../http/offline-error.ts';
import { deadLink } from './dead-link.ts';

it('tells a link that was used from one that never led here or does no more', () => {
  expect(deadLink(new LecternError('link-used'))).toBe('used');
  expect(deadLink(new LecternError('link-wrong'))).toBe('gone');
  expect(deadLink(new LecternError('link-expired'))).toBe('gone');
});

it('leaves hope where the link may be good and the server was not to be asked', () => {
  for (const error of [new LecternError('unavailable'), new LecternError('internal'), new OfflineError(null)])
    expect(deadLink(error)).toBeNull();
});
