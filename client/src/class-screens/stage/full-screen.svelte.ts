/** What is used of a browser's full screen; an iPhone has none. */
type Browser = Pick<Document, 'fullscreenEnabled' | 'fullscreenElement' | 'exitFullscreen'> & {
  readonly documentElement: Pick<HTMLElement, 'requestFullscreen'>;
};

/**
 * One picture of the stage alone on the whole page, and the page on the whole screen where the browser can: what is said over
 * the page, and dialogs, stay in sight.
 */
export class FullScreen {
  /** Key of the tile that is shown alone; null while the class is as it is. */
  tile: string | null = $state(null);
  readonly #browser: () => Browser;

  constructor(browser: () => Browser = () => document) {
    this.#browser = browser;
  }

  show(tile: string): void {
    this.tile = tile;
    const browser = this.#browser();
    // Refused, the page is enough.
    if (browser.fullscreenEnabled) void browser.documentElement.requestFullscreen().catch(() => undefined);
  }

  end(): void {
    if (this.tile === null) return;
    this.tile = null;
    const browser = this.#browser();
    if (browser.fullscreenElement) void browser.exitFullscreen().catch(() => undefined);
  }

  /** The browser's full screen has begun or ended, by its own key perhaps. */
  changed(): void {
    if (!this.#browser().fullscreenElement) this.tile = null;
  }
}
