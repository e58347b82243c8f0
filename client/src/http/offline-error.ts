import { LecternError } from '@lectern/contracts';

/** The server could not be reached at all, or something that is not Lectern answered. */
export class OfflineError extends Error {
  constructor(cause?: unknown) {
    super('The server cannot be reached.', { cause });
    this.name = 'OfflineError';
  }
}

/**
 * The live connection of the class is away: it comes back by itself, but what was asked for is not done then. `sent` when it
 * had left and no answer came, so that nobody knows.
 */
export class AwayError extends LecternError {
  readonly sent: boolean;

  constructor(options: { sent: boolean; cause?: unknown }) {
    super('unavailable', { cause: options.cause });
    this.name = 'AwayError';
    this.sent = options.sent;
  }
}
