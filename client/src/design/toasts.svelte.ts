/** What the page tells in passing. Everything shown is read out; `announce` is read out only. */
export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'error';
  readonly text: string;
}

/** Long enough to read twice: 5 s and 60 ms a character, as captions are timed. */
export function readingTimeMs(text: string): number {
  return 5000 + text.length * 60;
}

class Toasts {
  shown: Toast[] = $state([]);
  /** Texts for the polite live region, each for as long as it takes to be read: one that follows soon does not take the one before away. */
  spoken: { readonly id: number; readonly text: string }[] = $state([]);
  #nextId = 1;

  show(text: string, kind: Toast['kind'] = 'info'): void {
    const id = this.#nextId++;
    this.shown = [...this.shown.slice(-2), { id, kind, text }];
    setTimeout(() => {
      this.dismiss(id);
    }, readingTimeMs(text));
  }

  dismiss(id: number): void {
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }

  /** Takes away what is no longer so. */
  dismissText(text: string): void {
    this.shown = this.shown.filter((toast) => toast.text !== text);
  }

  /** Read out once, also when the same was said before. */
  announce(text: string): void {
    const id = this.#nextId++;
    this.spoken = [...this.spoken, { id, text }];
    setTimeout(() => {
      this.spoken = this.spoken.filter((said) => said.id !== id);
    }, readingTimeMs(text));
  }
}

export const toasts = new Toasts();
