import type { AnalyticsClient } from './analytics-client.ts';

const PROBE_EVERY_MS = 5_000;

/** What the server knows of the analytics process; `failing` keeps no class from going on. */
export interface AnalyticsHealthReport {
  readonly status: 'ok' | 'starting' | 'failing';
  readonly detail: string;
}

/** Probes a client at an interval and remembers how it went. */
export class AnalyticsProbe {
  readonly #timer: NodeJS.Timeout;
  #probing = false;
  #misses = 0;
  #report: AnalyticsHealthReport = { status: 'starting', detail: 'not asked yet' };

  constructor(client: AnalyticsClient, onMisses: (misses: number) => void) {
    this.#timer = setInterval(() => {
      if (this.#probing) return;
      this.#probing = true;
      void client
        .health()
        .then(
          (health) => {
            this.#misses = 0;
            this.#report =
              health.status === 'ok'
                ? { status: 'ok', detail: `${health.store}, version ${health.version}` }
                : { status: 'failing', detail: health.detail ?? 'the store does not answer' };
          },
          (error: unknown) => {
            this.#misses += 1;
            this.#report = { status: 'failing', detail: error instanceof Error ? error.message : String(error) };
            onMisses(this.#misses);
          },
        )
        .finally(() => {
          this.#probing = false;
        });
    }, PROBE_EVERY_MS);
  }

  get report(): AnalyticsHealthReport {
    return this.#report;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
