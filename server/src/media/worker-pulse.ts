/**
 * A worker that leaves a question unanswered on this many ticks in a row is frozen. A full worker answers within
 * milliseconds, one whose core is taken by others within a second or two. Counted in ticks of our own event loop and not in
 * time: when it is this process that stood still, the answer is read before the second tick.
 */
const MOST_UNANSWERED = 5;

/** Asks a worker once a tick, and says when it has stopped answering. */
export class WorkerPulse<Asked extends object, Answer> {
  readonly #ask: (asked: Asked) => Promise<Answer>;
  readonly #onAnswer: (answer: Answer, asked: Asked) => void;
  readonly #onFrozen: (asked: Asked) => void;
  #asked: Asked | null = null;
  #unanswered = 0;

  constructor(
    ask: (asked: Asked) => Promise<Answer>,
    onAnswer: (answer: Answer, asked: Asked) => void,
    onFrozen: (asked: Asked) => void,
  ) {
    this.#ask = ask;
    this.#onAnswer = onAnswer;
    this.#onFrozen = onFrozen;
  }

  /** To be called once a second with the process that runs, null while there is none. */
  tick(running: Asked | null): void {
    if (running !== null && this.#asked === running) {
      this.#unanswered += 1;
      if (this.#unanswered === MOST_UNANSWERED) this.#onFrozen(running);
      return;
    }
    this.#asked = running;
    this.#unanswered = 0;
    if (running !== null) void this.#question(running);
  }

  async #question(running: Asked): Promise<void> {
    try {
      const answer = await this.#ask(running);
      if (this.#asked !== running) return;
      this.#asked = null;
      this.#onAnswer(answer, running);
    } catch {
      // It is gone: whoever watches over its end replaces it.
      if (this.#asked === running) this.#asked = null;
    }
  }
}
