/** The server could not be reached at all, or something that is not Lectern answered. */
export class OfflineError extends Error {
  constructor(cause?: unknown) {
    super('The server cannot be reached.', { cause });
    this.name = 'OfflineError';
  }
}
