import { LecternError } from '@lectern/contracts';

/** Why a one-time link will not work however often it is opened; null when another try may help. */
export function deadLink(error: unknown): 'used' | 'gone' | null {
  if (!(error instanceof LecternError)) return null;
  if (error.code === 'link-used') return 'used';
  return error.code === 'link-wrong' || error.code === 'link-expired' ? 'gone' : null;
}
