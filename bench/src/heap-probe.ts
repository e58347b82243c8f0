import type { CDPSession, Page } from 'playwright-core';

/** What is in use after a collection, in MB: objects, and the buffers that they hold. */
export interface Heap {
  readonly objectsMb: number;
  readonly buffersMb: number;
}

interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize: number;
}

/** Reads the heaps of a page and of its worker by name, garbage collected first, so that what is left is held by something. */
export class HeapProbe {
  readonly #page: CDPSession;
  readonly #workers = new Map<string, string>();
  readonly #answers = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;

  private constructor(page: CDPSession) {
    this.#page = page;
    page.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') this.#workers.set(targetInfo.title, sessionId);
    });
    page.on('Target.detachedFromTarget', ({ sessionId }) => {
      for (const [name, session] of this.#workers) if (session === sessionId) this.#workers.delete(name);
    });
    page.on('Target.receivedMessageFromTarget', ({ message }) => {
      const { id, result } = JSON.parse(message) as { id: number; result: unknown };
      this.#answers.get(id)?.resolve(result);
      this.#answers.delete(id);
    });
  }

  static async open(page: Page): Promise<HeapProbe> {
    const probe = new HeapProbe(await page.context().newCDPSession(page));
    // Not flattened: the library routes no messages to sessions that it did not open.
    await probe.#page.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
    return probe;
  }

  async page(): Promise<Heap> {
    await this.#page.send('HeapProfiler.collectGarbage');
    return inMegabytes(await this.#page.send('Runtime.getHeapUsage'));
  }

  /** Rejects when no worker of this name runs. */
  async worker(name: string): Promise<Heap> {
    const session = this.#workers.get(name);
    if (session === undefined) throw new Error(`no worker called ${name} runs`);
    await this.#ask(session, 'HeapProfiler.collectGarbage');
    return inMegabytes((await this.#ask(session, 'Runtime.getHeapUsage')) as HeapUsage);
  }

  async #ask(sessionId: string, method: string): Promise<unknown> {
    this.#asked += 1;
    const id = this.#asked;
    const answer = Promise.withResolvers<unknown>();
    this.#answers.set(id, answer);
    await this.#page.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) });
    return answer.promise;
  }
}

function inMegabytes({ usedSize, backingStorageSize }: HeapUsage): Heap {
  return { objectsMb: usedSize / 2 ** 20, buffersMb: backingStorageSize / 2 ** 20 };
}
