import type { ConsumerOffer } from '@lectern/contracts';

/** Lines of the two lower rungs of a camera; what is larger wants the top. */
const RUNG_LINES = [180, 360] as const;
/** A tile may be this much larger than the layer's picture before the next one is worth its packets. */
const STRETCH = 1.25;
const TOP_LAYER = 3;

const DELAY_MS = { show: 0, hide: 1500, more: 250, less: 2000 } as const;

/** The spatial layer for a tile of this width in device pixels, of 16:9 pictures; bounded by what the producer sends. */
export function layerForWidth(widthPx: number, layers: number): number {
  const lines = (widthPx * 9) / 16;
  const wanted = RUNG_LINES.findIndex((rung) => lines <= rung * STRETCH);
  return Math.min(wanted === -1 ? TOP_LAYER : wanted, Math.max(0, layers - 1));
}

/** How many spatial layers a consumer's producer sends, by its scalability mode; 1 when it names none. */
export function layersOf(offer: ConsumerOffer): number {
  const mode = offer.rtpParameters.encodings?.[0]?.scalabilityMode ?? '';
  return Number(/^[LS](\d)T/.exec(mode)?.[1] ?? 1);
}

/** Tells the server something about one consumer; rejects when that did not arrive. */
export interface LayerSink {
  /** Without a temporal layer: as many pictures as there are. */
  prefer(consumerId: string, spatialLayer: number, temporalLayer?: number): Promise<void>;
  pause(consumerId: string): Promise<void>;
  resume(consumerId: string): Promise<void>;
}

interface Tile {
  layerWidthPx: number;
  visible: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** The spatial and the temporal layer. */
type Wanted = readonly [number, number?];

/** What the server has confirmed of one consumer; null is not known. */
interface Told {
  layers: string | null;
  paused: boolean | null;
  /** One thing after the other: an answer that is overtaken would be believed last. */
  telling: boolean;
}

/**
 * Fits what is received to what is seen: layers by the tile's width, video that nobody sees is paused. Growing and showing
 * act at once, shrinking and hiding only when they last, so that a layout in motion asks for nothing.
 */
export class TileLayers {
  readonly #offerOf: (producerId: string) => ConsumerOffer | undefined;
  readonly #sink: LayerSink;
  #lowBandwidth = false;
  readonly #tiles = new Map<string, Tile>();
  /** By producer, and for one consumer of it: a new one has been told nothing yet. */
  readonly #told = new Map<string, { readonly consumerId: string; readonly told: Told }>();

  constructor(offerOf: (producerId: string) => ConsumerOffer | undefined, sink: LayerSink) {
    this.#offerOf = offerOf;
    this.#sink = sink;
  }

  /** A tile has this width in device pixels now, or is out of sight. */
  prefer(producerId: string, widthPx: number, visible: boolean): void {
    const tile = this.#tiles.get(producerId) ?? { layerWidthPx: widthPx, visible: true, timer: undefined };
    const delayMs = delayFor(tile, widthPx, visible);
    tile.visible = visible;
    if (visible) tile.layerWidthPx = widthPx;
    this.#tiles.set(producerId, tile);
    clearTimeout(tile.timer);
    tile.timer = setTimeout(() => {
      this.apply(producerId);
    }, delayMs);
  }

  /** With low bandwidth no camera is asked for, and a shared screen at its lowest layers. */
  setLowBandwidth(on: boolean): void {
    this.#lowBandwidth = on;
    for (const producerId of this.#tiles.keys()) this.apply(producerId);
  }

  /** Tells the server what it has not been told yet of this producer's consumer, e.g. when it was opened just now. */
  apply(producerId: string): void {
    const offer = this.#offerOf(producerId);
    if (offer?.kind !== 'video') return;
    const told = this.#toldOf(offer);
    if (!told.telling) void this.#tell(producerId, told);
  }

  /** The server sends this producer again, whatever was asked before: it was opened, or signalling came back. */
  resumed(producerId: string): void {
    const offer = this.#offerOf(producerId);
    if (offer !== undefined) this.#toldOf(offer).paused = false;
    this.apply(producerId);
  }

  /** False while the server was asked to hold this producer back, because nobody sees it. */
  isSent(producerId: string): boolean {
    return this.#told.get(producerId)?.told.paused !== true;
  }

  /** Forgets what is not on the stage any more. */
  keepOnly(producerIds: readonly string[]): void {
    const kept = new Set(producerIds);
    for (const [producerId, { timer }] of this.#tiles) {
      if (kept.has(producerId)) continue;
      clearTimeout(timer);
      this.#tiles.delete(producerId);
    }
    for (const producerId of this.#told.keys()) if (!kept.has(producerId)) this.#told.delete(producerId);
  }

  #toldOf({ producerId, consumerId }: ConsumerOffer): Told {
    const known = this.#told.get(producerId);
    if (known?.consumerId === consumerId) return known.told;
    const told: Told = { layers: null, paused: false, telling: false };
    this.#told.set(producerId, { consumerId, told });
    return told;
  }

  /** Until the server knows what the tile wants, which may change meanwhile. A failure waits for the next change. */
  async #tell(producerId: string, told: Told): Promise<void> {
    told.telling = true;
    try {
      for (let next = this.#next(producerId, told); next !== null; next = this.#next(producerId, told)) await next();
    } catch {
      // It may have arrived all the same, or not.
      told.layers = null;
      told.paused = null;
    } finally {
      told.telling = false;
    }
  }

  /** The next thing to tell, null when all is told or the consumer is another one. */
  #next(producerId: string, told: Told): (() => Promise<void>) | null {
    const tile = this.#tiles.get(producerId);
    const offer = this.#offerOf(producerId);
    if (tile === undefined || offer === undefined || this.#told.get(producerId)?.told !== told) return null;
    const { consumerId } = offer;
    const seen = tile.visible && !(this.#lowBandwidth && offer.source === 'camera');
    if (!seen) return told.paused === true ? null : () => this.#pause(consumerId, told);
    const layers = layersOf(offer);
    const wanted: Wanted = this.#lowBandwidth ? [0, 0] : [layerForWidth(tile.layerWidthPx, layers)];
    // A stream of one layer needs no word, unless it was made slower before.
    const matters = layers > 1 || this.#lowBandwidth || told.layers !== null;
    if (matters && told.layers !== wanted.join()) return () => this.#prefer(consumerId, wanted, told);
    return told.paused === false ? null : () => this.#resume(consumerId, told);
  }

  async #pause(consumerId: string, told: Told): Promise<void> {
    await this.#sink.pause(consumerId);
    told.paused = true;
  }

  async #resume(consumerId: string, told: Told): Promise<void> {
    await this.#sink.resume(consumerId);
    told.paused = false;
  }

  async #prefer(consumerId: string, wanted: Wanted, told: Told): Promise<void> {
    await this.#sink.prefer(consumerId, ...wanted);
    told.layers = wanted.join();
  }

  close(): void {
    this.keepOnly([]);
  }
}

function delayFor(tile: Tile, widthPx: number, visible: boolean): number {
  if (visible !== tile.visible) return visible ? DELAY_MS.show : DELAY_MS.hide;
  return widthPx >= tile.layerWidthPx ? DELAY_MS.more : DELAY_MS.less;
}
