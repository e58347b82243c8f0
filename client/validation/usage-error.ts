/** The command line or a file that it names cannot be used as it is; the message names the remedy. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
