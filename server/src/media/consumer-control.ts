import type { types } from 'mediasoup';
import { isLayered } from './congestion-control.ts';
import type { ConsumerLoad } from './packet-load.ts';

/** The highest layers worth sending; left out: as many as there are. */
export interface LayerLimit {
  readonly spatialLayer?: number | undefined;
  readonly temporalLayer?: number | undefined;
}

/** What the server keeps back of a consumer, whatever its page wants. */
export interface Hold extends LayerLimit {
  readonly paused: boolean;
}

export const NOTHING_HELD: Hold = { paused: false };
/** More than any stream has; the worker takes it for the highest. */
const TOP_LAYER = 3;

/** One consumer between what its page wants and what the server keeps back: the lower of the two is sent, and the wish is kept. */
export class ConsumerControl {
  readonly #consumer: types.Consumer;
  readonly #load: ConsumerLoad;
  /** Consumers are made paused: a page resumes them. */
  #wantsPaused = true;
  #wants: LayerLimit = {};
  #hold = NOTHING_HELD;
  #sent: LayerLimit = {};
  #settling: Promise<void> | null = null;

  constructor(consumer: types.Consumer, load: ConsumerLoad) {
    this.#consumer = consumer;
    this.#load = load;
  }

  /** True while its page wants to see it. */
  get wanted(): boolean {
    return !this.#wantsPaused;
  }

  /** True while the server sends nothing of what the page wants to see. */
  get heldBack(): boolean {
    return this.#hold.paused;
  }

  /** True for a stream with layers to choose from. */
  get layered(): boolean {
    return isLayered(this.#consumer);
  }

  /** The layer that the page asked for; undefined: the highest. */
  get wantedLayer(): number | undefined {
    return this.#wants.spatialLayer;
  }

  setPaused(paused: boolean): Promise<void> {
    this.#wantsPaused = paused;
    return this.#settle();
  }

  preferLayers(wants: LayerLimit): Promise<void> {
    this.#wants = wants;
    return this.#settle();
  }

  hold(hold: Hold): Promise<void> {
    this.#hold = hold;
    return this.#settle();
  }

  /** Brings the consumer to where it belongs now; whoever asks meanwhile is served by the same run. */
  #settle(): Promise<void> {
    this.#settling ??= this.#run();
    return this.#settling;
  }

  async #run(): Promise<void> {
    try {
      await Promise.resolve();
      while (!this.#consumer.closed) {
        const next = this.#next();
        if (next === null) break;
        await next();
      }
    } finally {
      // In the same turn as the last look: nobody can ask for something in between that nobody looks at.
      this.#settling = null;
    }
  }

  #next(): (() => Promise<void>) | null {
    const layers = {
      spatialLayer: lower(this.#wants.spatialLayer, this.#hold.spatialLayer),
      temporalLayer: lower(this.#wants.temporalLayer, this.#hold.temporalLayer),
    };
    const changed =
      layers.spatialLayer !== this.#sent.spatialLayer || layers.temporalLayer !== this.#sent.temporalLayer;
    if (this.layered && changed) return () => this.#setLayers(layers);
    const paused = this.#wantsPaused || this.#hold.paused;
    if (paused === this.#consumer.paused) return null;
    this.#load.count(!paused);
    return () => (paused ? this.#consumer.pause() : this.#consumer.resume());
  }

  async #setLayers(layers: LayerLimit): Promise<void> {
    const { spatialLayer = TOP_LAYER, temporalLayer } = layers;
    await this.#consumer.setPreferredLayers({
      spatialLayer,
      ...(temporalLayer === undefined ? {} : { temporalLayer }),
    });
    this.#sent = layers;
  }
}

function lower(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}
