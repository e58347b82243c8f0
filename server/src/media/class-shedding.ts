import { EventEmitter } from 'node:events';
import type { SeatId, Shedding as SheddingState, SheddingStep } from '@lectern/contracts';
import type { Audience } from './audience.ts';
import type { ClassRouters } from './class-routers.ts';
import { shedsMore } from './held-back.ts';
import type { MediaWorker } from './media-worker.ts';
import type { SeatMedia } from './seat-media.ts';
import { Shedding } from './shedding.ts';
import type { Pressure, Turn } from './shedding.ts';
import { pressureOf } from './worker-pressure.ts';

/** What one class gives up to stay within the budget of its workers. */
export class ClassShedding extends EventEmitter<{ changed: [SheddingState] }> {
  readonly #routers: ClassRouters;
  readonly #audience: Audience;
  readonly #seats: ReadonlyMap<SeatId, SeatMedia>;
  readonly #shedding = new Shedding();

  constructor(routers: ClassRouters, audience: Audience, seats: ReadonlyMap<SeatId, SeatMedia>) {
    super();
    this.#routers = routers;
    this.#audience = audience;
    this.#seats = seats;
  }

  get state(): SheddingState {
    return this.#shedding.state;
  }

  /** Whether it sends anything that it could still do without. */
  get hasMoreToGive(): boolean {
    return this.#shedding.next(this.#sheds) !== undefined;
  }

  /** Whether a worker serves both classes. */
  sharesWorkers(other: ClassShedding): boolean {
    const workers = new Set(this.#routers.workers());
    return other.#routers.workers().some((worker) => workers.has(worker));
  }

  /** Whether the other class is on that worker of this one which is the fullest. */
  meetsAtFullest(other: ClassShedding): boolean {
    const fullest = this.#fullest;
    return fullest !== undefined && other.#routers.workers().includes(fullest.worker);
  }

  /** Looks how full the workers are, and gives up more or less where it is this class's turn; to be called every few seconds. */
  async review(nowMs: number, turn: Turn): Promise<void> {
    const fullest = this.#fullest;
    if (!fullest || !this.#shedding.note(fullest.pressure, nowMs, this.#sheds, turn)) return;
    this.emit('changed', this.state);
    await this.#audience.shed(this.state.step, this.#seats.values());
  }

  get #fullest(): { readonly worker: MediaWorker; readonly pressure: Pressure } | undefined {
    return this.#routers
      .workers()
      .map((worker) => ({ worker, pressure: pressureOf(worker) }))
      .sort((a, b) => b.pressure.share - a.pressure.share)
      .at(0);
  }

  readonly #sheds = (step: SheddingStep): boolean =>
    this.#seats.values().some(({ receive }) => receive !== null && shedsMore(step, this.state.step, receive));
}
