import { setTimeout } from 'node:timers/promises';
import { encodeDatagram, WINDOW_MS, type ClassDetail } from '@lectern/contracts';
import { LightClient } from './light-client.ts';
import type { School } from './school.ts';

/** Joins at a time: a crowd that comes through one door, not through one instant. */
const AT_ONCE = 20;
const MODEL_TAG = 1;

/** Where one window ended: on the class clock, and on this machine's wall clock. */
export interface WindowEnd {
  readonly window: number;
  readonly endedAtMs: number;
}

/** Students without a browser, each with real signalling and a real data channel of their own. */
export class Crowd {
  readonly members: readonly LightClient[];
  /** This machine's wall clock at the class's Start. */
  readonly #startedAtMs: number;

  private constructor(members: readonly LightClient[], startedAtMs: number) {
    this.members = members;
    this.#startedAtMs = startedAtMs;
  }

  /** Seats them all in a live class and gives their permission; resolves once each could send. */
  static async gather(url: string, school: School, planned: ClassDetail, size: number): Promise<Crowd> {
    const members: LightClient[] = [];
    for (let from = 0; from < size; from += AT_ONCE) {
      const joined = Array.from({ length: Math.min(AT_ONCE, size - from) }, async (_, index) => {
        const client = await LightClient.connect(url, await school.sitDown(planned, `Student ${String(from + index)}`));
        members.push(client);
        await client.contribute();
      });
      await Promise.all(joined);
    }
    const [first] = members;
    if (first === undefined) throw new Error('a crowd of nobody');
    return new Crowd(members, await startOf(first));
  }

  /** Resolves at the end of the window that runs now. */
  async windowEnd(): Promise<WindowEnd> {
    const window = Math.floor((Date.now() - this.#startedAtMs) / WINDOW_MS);
    const endedAtMs = this.#startedAtMs + (window + 1) * WINDOW_MS;
    await setTimeout(endedAtMs - Date.now());
    return { window, endedAtMs };
  }

  /** Everybody sends this window: the first `unclear` abstain, the others have the same score. */
  send(window: number, { score, unclear = 0 }: { score: number; unclear?: number }): void {
    const scored = encodeDatagram({ window, outcome: { kind: 'score', score }, modelTag: MODEL_TAG });
    const abstained = encodeDatagram({ window, outcome: { kind: 'abstain' }, modelTag: MODEL_TAG });
    for (const [index, member] of this.members.entries()) member.sendBytes(index < unclear ? abstained : scored);
  }

  close(): void {
    for (const member of this.members) member.close();
  }
}

/** The wall clock at Start, from the quickest of a few round trips. */
async function startOf(client: LightClient): Promise<number> {
  let best = { startedAtMs: Number.NaN, tripMs: Number.POSITIVE_INFINITY };
  for (let trip = 0; trip < 5; trip++) {
    const sentMs = Date.now();
    const { classClockMs } = await client.request('clock', {});
    const tripMs = Date.now() - sentMs;
    if (classClockMs === null) throw new Error('the class is not live');
    if (tripMs < best.tripMs) best = { startedAtMs: sentMs + tripMs / 2 - classClockMs, tripMs };
  }
  return best.startedAtMs;
}
