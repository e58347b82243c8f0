import { LecternError, type Health, type OperatorStatus } from '@lectern/contracts';
import { OfflineError } from '../../http/offline-error.ts';

const EVERY_MS = 5_000;

interface Sources {
  readonly health: () => Promise<Health>;
  readonly status: () => Promise<OperatorStatus>;
  /** False while nobody can see the page: nothing is asked then. */
  readonly visible: () => boolean;
  /** Asked when an answer came that cannot be read: a newer server may be there than this page is of. Never rejects. */
  readonly reloadIfOlder: () => Promise<void>;
}

/** The state of the platform, asked every five seconds while the page can be seen. What was known last stays while an answer is missing. */
export class StatusPoll {
  health = $state.raw<Health | null>(null);
  status = $state.raw<OperatorStatus | null>(null);
  /** Why the parts could not be read last; undefined when they could. */
  healthFailure = $state.raw<unknown>(undefined);
  /** Why the figures could not be read last; undefined when they could. */
  statusFailure = $state.raw<unknown>(undefined);
  /** An answer that somebody asked for is on its way. */
  busy = $state(false);
  #asking = false;
  readonly #sources: Sources;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Asks now and from now on; gives what ends it. */
  start(): () => void {
    void this.#ask();
    this.#timer = setInterval(() => {
      this.look();
    }, EVERY_MS);
    return () => {
      if (this.#timer !== null) clearInterval(this.#timer);
      this.#timer = null;
    };
  }

  /** Asks if the page can be seen; to be called when it comes back into sight, too. */
  look(): void {
    if (this.#timer !== null && this.#sources.visible()) void this.#ask();
  }

  /** Asks now. Never rejects. */
  async refresh(): Promise<void> {
    this.busy = true;
    await this.#ask();
    this.busy = false;
  }

  /** Takes what an action of the operator was answered with. */
  take(status: OperatorStatus): void {
    this.status = status;
  }

  /** One question at a time. */
  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    // While the database is away nobody is known as an operator: the parts are shown all the same.
    const [health, status] = await Promise.allSettled([this.#sources.health(), this.#sources.status()]);
    if (health.status === 'fulfilled') this.health = health.value;
    this.healthFailure = health.status === 'rejected' ? (health.reason as unknown) : undefined;
    if (status.status === 'fulfilled') this.status = status.value;
    this.statusFailure = status.status === 'rejected' ? (status.reason as unknown) : undefined;
    if ([this.healthFailure, this.statusFailure].some(isUnreadable)) void this.#sources.reloadIfOlder();
    this.#asking = false;
  }
}

/** Neither a refusal nor silence: an answer in another form than this page knows. */
function isUnreadable(failure: unknown): boolean {
  return failure !== undefined && !(failure instanceof LecternError) && !(failure instanceof OfflineError);
}
