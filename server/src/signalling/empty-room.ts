/** Notices that a room has stood empty for long. */
export class EmptyRoom {
  readonly #afterMs: number;
  readonly #onAbandoned: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(afterMs: number, onAbandoned: () => void) {
    this.#afterMs = afterMs;
    this.#onAbandoned = onAbandoned;
  }

  /** To be told after every arrival and departure; `afterMs` of empty rooms in a row are an abandoned one. */
  note(empty: boolean): void {
    if (empty === (this.#timer !== null)) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = empty ? setTimeout(this.#onAbandoned, this.#afterMs).unref() : null;
  }

  /** Tells once more after this long, when the room is still empty then: what was to follow did not come about. */
  tellAgain(afterMs: number): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onAbandoned, afterMs).unref();
  }

  close(): void {
    this.note(false);
  }
}
