/** Longest time between the two clicks of a double click, as systems have it. */
export const DOUBLE_CLICK_MS = 500;

/**
 * Lets one action through at a time, and none for the length of a double click after it: what its outcome brings under the
 * pointer must not take the second click.
 */
export class SingleClicks {
  #resting = false;

  async take(action: () => Promise<unknown>): Promise<void> {
    if (this.#resting) return;
    this.#resting = true;
    try {
      await action();
    } finally {
      setTimeout(() => (this.#resting = false), DOUBLE_CLICK_MS);
    }
  }
}
