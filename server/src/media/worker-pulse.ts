/**
 * A worker that leaves a question unanswered on this many ticks in a row, and used no CPU meanwhile, is stopped: one whose core is
 * taken by others answers late, but it runs. Counted in ticks of our own event loop and not in time: when it is this process that
 * stood still, the answer is read before the second tick.
 */
const MOST_UNANSWERED = 5;
/** One that runs and answers nothing for so long is lost in itself. To end a worker that is only starved would make things worse. */
const MOST_UNANSWERED_RUNNING = 30;
/** What the system counts CPU in: less than that is none. */
const NO_CPU_MS = 10;

/** Asks a worker once a tick, and says when it has stopped answering. */
export class WorkerPulse<Asked extends object, Answer> {
  readonly #ask: (asked: Asked) => Promise<Answer>;
  readonly #onAnswer: (answer: Answer, asked: Asked) => void;
  readonly #onFrozen: (asked: Asked) => void;
  readonly #cpuMs: (asked: Asked) => number | null;
  #asked: Asked | null = null;
  #unanswered = 0;
  #cpuMsThen: number | null = null;
  #isFrozen = false;

  /** `cpuMs` is what a process has used so far; null where the system does not say. */
  constructor(
    ask: (asked: Asked) => Promise<Answer>,
    onAnswer: (answer: Answer, asked: Asked) => void,
    onFrozen: (asked: Asked) => void,
    cpuMs: (asked: Asked) => number | null,
  ) {
    this.#ask = ask;
    this.#onAnswer = onAnswer;
    this.#onFrozen = onFrozen;
    this.#cpuMs = cpuMs;
  }

  /** To be called once a second with the process that runs, null while there is none. */
  tick(running: Asked | null): void {
    if (running !== null && this.#asked === running) {
      this.#leftUnanswered(running);
      return;
    }
    this.#asked = running;
    this.#unanswered = 0;
    this.#isFrozen = false;
    if (running !== null) void this.#question(running);
  }

  #leftUnanswered(running: Asked): void {
    this.#unanswered += 1;
    if (this.#unanswered === 1) this.#cpuMsThen = this.#cpuMs(running);
    if (this.#isFrozen || this.#unanswered < MOST_UNANSWERED) return;
    if (this.#unanswered < MOST_UNANSWERED_RUNNING && this.#runs(running)) return;
    this.#isFrozen = true;
    this.#onFrozen(running);
  }

  /** True when it used CPU since the first tick without an answer, or when nobody knows. */
  #runs(running: Asked): boolean {
    const nowMs = this.#cpuMs(running);
    return nowMs === null || this.#cpuMsThen === null || nowMs - this.#cpuMsThen >= NO_CPU_MS;
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
