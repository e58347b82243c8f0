import { setTimeout } from 'node:timers/promises';

const EVERY_MS = 100;

/** Reads again and again until `accept` likes it, and gives it. Rejects after `timeoutMs` with what was read last. */
export async function until<T>(
  what: string,
  read: () => Promise<T>,
  accept: (value: T) => boolean,
  timeoutMs = 20_000,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (accept(value)) return value;
    if (performance.now() > deadlineMs)
      throw new Error(`${what}: not within ${timeoutMs} ms, last ${JSON.stringify(value)}`);
    await setTimeout(EVERY_MS);
  }
}
