import { untrack } from 'svelte';

/** Modal dialogs that are open, the newest last: all that lies outside the newest can be neither reached nor heard. */
class OpenDialogs {
  #open: readonly HTMLElement[] = $state.raw([]);

  get newest(): HTMLElement | undefined {
    return this.#open.at(-1);
  }

  /** Counts a dialog as open until the answer is called. */
  add(dialog: HTMLElement): () => void {
    // Called from effects: what they add must not run them again.
    untrack(() => (this.#open = [...this.#open, dialog]));
    return () => {
      this.#open = this.#open.filter((other) => other !== dialog);
    };
  }
}

export const openDialogs = new OpenDialogs();
