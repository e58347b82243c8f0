import { errors } from 'mediasoup';
import { LecternError } from '@lectern/contracts';

/**
 * Runs an operation on mediasoup whose parameters come from a client. What mediasoup refuses is the client's
 * fault (`bad-request`); what is closed already is `media-gone`. Nothing of either is worth an entry at error level.
 */
export async function withClientParameters<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LecternError) throw error;
    throw new LecternError(isGone(error) ? 'media-gone' : 'bad-request', { cause: error });
  }
}

/** Runs an operation on mediasoup with parameters of our own: what closed meanwhile, a worker that died say, is `media-gone`. */
export async function orMediaGone<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LecternError || !isGone(error)) throw error;
    throw new LecternError('media-gone', { cause: error });
  }
}

function isGone(error: unknown): boolean {
  if (error instanceof errors.WorkerClosedError || error instanceof errors.NotFoundError) return true;
  return error instanceof Error && /closed|not found/i.test(error.message);
}
