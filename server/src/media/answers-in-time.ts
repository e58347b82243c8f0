/** A worker that runs answers within milliseconds; what takes longer is taken note of when it comes. */
const ANSWERS_WITHIN_MS = 1_000;

/**
 * Questions to workers that hold up nobody: one that is not answered yet is not asked again, and whoever waits for the answers
 * waits for a second at most. An answer that comes later is still taken; one that fails is passed over.
 */
export class AnswersInTime<Asked extends object> {
  readonly #unanswered = new WeakSet<Asked>();
  readonly #withinMs: number;

  constructor(withinMs = ANSWERS_WITHIN_MS) {
    this.#withinMs = withinMs;
  }

  /** Asks each of them; resolves once all have answered, or their time is over. Never rejects. */
  async ask(all: Iterable<Asked>, question: (asked: Asked) => Promise<void>): Promise<void> {
    const asking = [...all].filter((asked) => !this.#unanswered.has(asked));
    await inTime(Promise.all(asking.map((asked) => this.#ask(asked, question))), this.#withinMs);
  }

  async #ask(asked: Asked, question: (asked: Asked) => Promise<void>): Promise<void> {
    this.#unanswered.add(asked);
    try {
      await question(asked);
    } catch {
      // It closed meanwhile, or its worker died: there is nothing to know of it.
    } finally {
      this.#unanswered.delete(asked);
    }
  }
}

/** Resolves with the work, or after its time while it goes on. */
async function inTime(work: Promise<unknown>, withinMs: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, withinMs, undefined);
  await Promise.race([work, over]);
  clearTimeout(timer);
}
