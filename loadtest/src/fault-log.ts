import type { Fault } from './result.ts';

type Break = (fault: string, port: number | null) => Promise<void>;

/** What each fault is called that is done to a worker. */
const DONE: Readonly<Record<string, string>> = { 'worker-death': 'killed', 'worker-freeze': 'frozen' };
const SERVER_DEATH = 'server-death';

/** Breaks what it is told to, and keeps when that was. */
export class FaultLog {
  readonly #break: Break;
  readonly #faults: Fault[] = [];

  constructor(breakIt: Break) {
    this.#break = breakIt;
  }

  get all(): readonly Fault[] {
    return this.#faults;
  }

  /** `port` and `whose` say which worker it is. Rejects as what breaks does; what could not be broken is not kept. */
  async breakIt(fault: string, port: number | null, whose: string | null): Promise<void> {
    const atMs = Date.now();
    await this.#break(fault, port);
    const what = fault === SERVER_DEATH ? 'server killed' : `worker of the ${whose ?? 'class'} ${DONE[fault] ?? fault}`;
    this.#faults.push({ atMs, what });
    if (fault === SERVER_DEATH) this.#faults.push({ atMs: Date.now(), what: 'server ready again' });
  }
}
