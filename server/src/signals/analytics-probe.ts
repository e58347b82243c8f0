import type { AnalyticsHealth } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { AnalyticsClient } from './analytics-client.ts';

const PROBE_EVERY_MS = 5_000;
const BEAT_MS = 200;
/** A beat so late says that this process stood still: the answer may have lain there. */
const STOOD_STILL_MS = 1_000;
/** What is told to everybody of a part that fails: what goes on, and where the reason is. */
export const MEANWHILE = 'Classes go on without the pacing view’s figures; the log says why.';
const SILENT = `The analytics process does not answer. ${MEANWHILE}`;
const STORE_NAMES: Readonly<Record<AnalyticsHealth['store'], string>> = { chdb: 'chDB', clickhouse: 'ClickHouse' };
const STORE_SILENT: Readonly<Record<AnalyticsHealth['store'], string>> = {
  chdb: `The embedded analytics store does not answer. ${MEANWHILE}`,
  clickhouse: `ClickHouse does not answer: see that it runs and that LECTERN_CLICKHOUSE_URL is right. ${MEANWHILE}`,
};

/** What everybody may know of the analytics process, in fixed words; `failing` keeps no class from going on. */
export interface AnalyticsHealthReport {
  readonly status: 'ok' | 'starting' | 'failing';
  readonly detail: string;
}

/**
 * Probes a client at an interval and remembers how it went. The reason of a failure goes to the log, once. `onMisses` hears
 * how many probes in a row were missed: without an answer, or by an embedded store that does not answer. A probe during which this
 * process itself stood still says nothing.
 */
export class AnalyticsProbe {
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #probing = false;
  #misses = 0;
  readonly #now: () => number;
  #storeVersion: string | null = null;
  #report: AnalyticsHealthReport = { status: 'starting', detail: 'not asked yet' };

  constructor(
    client: AnalyticsClient,
    logger: Logger,
    onMisses: (misses: number) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#logger = logger;
    this.#now = now;
    this.#timer = setInterval(() => {
      if (this.#probing) return;
      this.#probing = true;
      const stillness = this.#watchStillness();
      void client
        .health()
        .then(
          ({ status, store, version, storeVersion, detail }) => {
            if (storeVersion !== undefined) this.#storeVersion = `${STORE_NAMES[store]} ${storeVersion}`;
            if (status === 'failing') this.#failing(STORE_SILENT[store], { reason: detail });
            else this.#report = { status, detail: `${store}, version ${version}` };
            // An embedded store lives in the process: a new process is a new store. Another one is not ours to mend.
            if (status === 'failing' && store === 'chdb') this.#missed(onMisses);
            else this.#misses = 0;
          },
          (error: unknown) => {
            if (stillness.longestMs() >= STOOD_STILL_MS) return;
            this.#failing(SILENT, { err: error });
            this.#missed(onMisses);
          },
        )
        .finally(() => {
          stillness.end();
          this.#probing = false;
        });
    }, PROBE_EVERY_MS);
  }

  get report(): AnalyticsHealthReport {
    return this.#report;
  }

  /** Kind and version of the store, once it has said it. */
  get storeVersion(): string | null {
    return this.#storeVersion;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** How long this process did nothing at most, from now on until the end. */
  #watchStillness(): { longestMs(): number; end(): void } {
    let lastMs = this.#now();
    let longestMs = 0;
    const beat = () => {
      const nowMs = this.#now();
      longestMs = Math.max(longestMs, nowMs - lastMs);
      lastMs = nowMs;
      return longestMs;
    };
    const timer = setInterval(beat, BEAT_MS);
    return {
      longestMs: beat,
      end: () => {
        clearInterval(timer);
      },
    };
  }

  #missed(onMisses: (misses: number) => void): void {
    this.#misses += 1;
    onMisses(this.#misses);
  }

  #failing(detail: string, reason: object): void {
    if (this.#report.detail !== detail) this.#logger.warn(reason, detail);
    this.#report = { status: 'failing', detail };
  }
}
