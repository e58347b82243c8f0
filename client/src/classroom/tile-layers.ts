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

/** What the server is told about one consumer. */
export interface LayerSink {
  prefer(consumerId: string, spatialLayer: number): void;
  pause(consumerId: string): void;
  resume(consumerId: string): void;
}

interface Tile {
  layerWidthPx: number;
  visible: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

interface Told {
  layer: number | null;
  paused: boolean;
}

/**
 * Fits what is received to what is seen: layers by the tile's width, video that nobody sees is paused. Growing and showing
 * act at once, shrinking and hiding only when they last, so that a layout in motion asks for nothing.
 */
export class TileLayers {
  readonly #offerOf: (producerId: string) => ConsumerOffer | undefined;
  readonly #sink: LayerSink;
  readonly #tiles = new Map<string, Tile>();
  /** By consumer: a new consumer of the same producer has been told nothing yet. */
  readonly #told = new Map<string, Told>();

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

  /** Tells the server what it has not been told yet of this producer's consumer, e.g. when it was opened just now. */
  apply(producerId: string): void {
    const tile = this.#tiles.get(producerId);
    const offer = this.#offerOf(producerId);
    if (tile === undefined || offer?.kind !== 'video') return;
    const { consumerId } = offer;
    const told = this.#told.get(consumerId) ?? { layer: null, paused: false };
    this.#told.set(consumerId, told);
    if (!tile.visible) {
      if (!told.paused) this.#sink.pause(consumerId);
      told.paused = true;
      return;
    }
    const layers = layersOf(offer);
    const layer = layerForWidth(tile.layerWidthPx, layers);
    if (layers > 1 && told.layer !== layer) this.#sink.prefer(consumerId, layer);
    told.layer = layer;
    if (told.paused) this.#sink.resume(consumerId);
    told.paused = false;
  }

  /** A producer is gone, or its consumer was replaced. */
  forget(producerId: string): void {
    clearTimeout(this.#tiles.get(producerId)?.timer);
    this.#tiles.delete(producerId);
  }

  close(): void {
    for (const producerId of [...this.#tiles.keys()]) this.forget(producerId);
    this.#told.clear();
  }
}

function delayFor(tile: Tile, widthPx: number, visible: boolean): number {
  if (visible !== tile.visible) return visible ? DELAY_MS.show : DELAY_MS.hide;
  return widthPx >= tile.layerWidthPx ? DELAY_MS.more : DELAY_MS.less;
}
