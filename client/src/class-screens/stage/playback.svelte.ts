/** Whatever counts for browsers as a sign that somebody is there. */
const SIGNS = ['click', 'keydown'] as const;

/**
 * Browsers may refuse to play sound before the first click. `refused` says so; any click or key on the page, or `unlock`, starts
 * everything that waits.
 */
class Playback {
  refused = $state(false);
  readonly #waiting = new Set<HTMLMediaElement>();

  readonly #signed = (): void => void this.unlock();

  start(element: HTMLMediaElement): void {
    void this.#play(element);
  }

  forget(element: HTMLMediaElement): void {
    this.#waiting.delete(element);
    if (this.#waiting.size === 0) this.refused = false;
  }

  async unlock(): Promise<void> {
    for (const sign of SIGNS) removeEventListener(sign, this.#signed, { capture: true });
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    this.refused = false;
    await Promise.all(waiting.map((element) => this.#play(element)));
  }

  async #play(element: HTMLMediaElement): Promise<void> {
    try {
      await element.play();
    } catch (error) {
      // A new source interrupts a play that was under way: that one starts by itself.
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
      this.#waiting.add(element);
      this.refused = true;
      for (const sign of SIGNS) addEventListener(sign, this.#signed, { capture: true });
    }
  }
}

export const playback = new Playback();
