import { AssetError, servedAssets, type AssetSource } from '../../attention/assets.ts';

const ASK_AGAIN_MS = 15_000;
/** Waits this much longer at random: a class that lost the server together does not ask for it together. */
const SPREAD_MS = 15_000;

/**
 * What taking part would download. Where the server cannot be asked it is asked again, after a while and whenever `ask` is
 * called; a server that has not all the files is taken at its word.
 */
export class DownloadSize {
  /** Null until the server said it. */
  bytes: number | null = $state(null);
  readonly #source: Pick<AssetSource, 'describe'>;
  readonly #closed = new AbortController();
  #isAsking = false;
  #isLacking = false;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(source: Pick<AssetSource, 'describe'> = servedAssets()) {
    this.#source = source;
  }

  /** Asks now, unless it is known or being asked already. Never rejects. */
  async ask(): Promise<void> {
    if (this.#isAsking || this.#isLacking || this.bytes !== null || this.#closed.signal.aborted) return;
    clearTimeout(this.#again);
    this.#isAsking = true;
    try {
      this.bytes = (await this.#source.describe(this.#closed.signal)).downloadBytes;
    } catch (error) {
      this.#isLacking = error instanceof AssetError && error.failure !== 'download-failed';
      this.#askLater();
    } finally {
      this.#isAsking = false;
    }
  }

  /** Nobody looks any more. */
  close(): void {
    this.#closed.abort();
    clearTimeout(this.#again);
  }

  #askLater(): void {
    if (this.#isLacking || this.#closed.signal.aborted) return;
    this.#again = setTimeout(() => void this.ask(), ASK_AGAIN_MS + Math.random() * SPREAD_MS);
  }
}
