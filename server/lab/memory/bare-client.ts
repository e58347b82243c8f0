import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { BareCalls } from './bare-calls.ts';

type Body<Call extends keyof BareCalls> = Parameters<BareCalls[Call]>[0];

/** The bare server in a process of its own, so that nothing of whoever uses it is in its memory. */
export class BareClient {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #lastId = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', ({ id, result }: { id: number; result: unknown }) => {
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    });
    // What it says of itself it has said to standard error.
    child.once('exit', () => process.exit(1));
  }

  /** `worker`: the mediasoup worker to run; undefined: the one that came with mediasoup. */
  static async start(worker: string | undefined): Promise<BareClient> {
    const child = fork(join(import.meta.dirname, 'bare-server.ts'), worker === undefined ? [] : [worker], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const client = new BareClient(child);
    await new Promise((resolve) => client.#waiting.set(0, resolve));
    return client;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  ask<Call extends keyof BareCalls>(call: Call, body: Body<Call>): ReturnType<BareCalls[Call]> {
    const id = (this.#lastId += 1);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, resolve);
    this.#child.send({ id, call, body });
    return promise as ReturnType<BareCalls[Call]>;
  }
}
