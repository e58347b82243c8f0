/** What the page tells in passing. Everything shown is read out; `announce` is read out only. */
export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'error';
  readonly text: string;
}

/** Long enough to be noticed and read: 2.5 s and 45 ms a character. Whoever needs longer holds them. */
export function readingTimeMs(text: string): number {
  return 2500 + text.length * 45;
}

class Toasts {
  shown: Toast[] = $state([]);
  /** Texts for the polite live region, each for as long as it takes to be read: one that follows soon does not take the one before away. */
  spoken: { readonly id: number; readonly text: string }[] = $state([]);
  #nextId = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #held = false;

  show(text: string, kind: Toast['kind'] = 'info'): void {
    const id = this.#nextId++;
    this.shown = [...this.shown.slice(-2), { id, kind, text }];
    if (!this.#held) this.#begin(id, text);
  }

  /** Somebody reads, or is about to press: until `release` none goes by itself. */
  hold(): void {
    this.#held = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Each has its whole time again. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    for (const { id, text } of this.shown) this.#begin(id, text);
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

  #begin(id: number, text: string): void {
    const timer = setTimeout(() => {
      this.#timers.delete(id);
      this.dismiss(id);
    }, readingTimeMs(text));
    this.#timers.set(id, timer);
  }
}

export const toasts = new Toasts();
