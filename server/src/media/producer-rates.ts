import type { types } from 'mediasoup';
import type { MediaSource } from '@lectern/contracts';
import { usualPacketsPerSecond } from './packet-load.ts';
import type { PacketRate } from './packet-load.ts';

/** A lower layer of a camera is taken for this much of the one above it until it is measured. */
const LOWER_LAYER_SHARE = 0.5;
/** Pauses between sentences (DTX) and still pictures do not free a place: a rate falls by half in about a minute. */
const FALL_PER_SAMPLE = 0.95;
/** A microphone sends one packet for 60 ms at least while somebody speaks. */
const LEAST_OF_SOUND_PER_S = 1_000 / 60;

type Encoding = Pick<types.RtpEncodingParameters, 'rid' | 'ssrc'>;
type StreamCount = Pick<types.ProducerStat, 'rid' | 'ssrc' | 'packetCount'>;

interface Layer {
  perSecond: number;
  readonly encoding: Encoding;
  /** What it sends while it is not paused. */
  rate: number;
  /** Packets that arrived by the last sample. */
  packets: number;
  lastPerSecond: number;
}

/** The packets per second of a producer's layers, lowest first: the usual ones at first, then as they arrive. */
export class ProducerRates {
  readonly #layers: readonly Layer[];
  readonly #sound: boolean;
  #paused = false;
  #sampledMs: number;

  constructor(source: MediaSource, encodings: readonly Encoding[], audioPtimeMs: number, nowMs: number) {
    const usual = usualPacketsPerSecond(source, audioPtimeMs);
    const top = encodings.length - 1;
    this.#layers = encodings.map((encoding, index) => ({
      encoding,
      rate: usual * LOWER_LAYER_SHARE ** (top - index),
      perSecond: usual * LOWER_LAYER_SHARE ** (top - index),
      packets: 0,
      lastPerSecond: 0,
    }));
    this.#sound = source === 'microphone' || source === 'screen-audio';
    this.#sampledMs = nowMs;
  }

  /** What a consumer of this layer is taken to cost; without a layer, or past the last one: the highest. */
  rateOf(spatialLayer: number | undefined): PacketRate {
    return this.#at(spatialLayer);
  }

  /** What a consumer of this layer was sent each second between the last two samples. */
  sentPerSecond(spatialLayer: number | undefined): number {
    return this.#at(spatialLayer).lastPerSecond;
  }

  /** A paused producer costs nothing, and afterwards what it did before. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    for (const layer of this.#layers) layer.perSecond = paused ? 0 : layer.rate;
  }

  /** Takes what has arrived so far; of a paused producer nothing is learned. */
  sample(streams: readonly StreamCount[], nowMs: number): void {
    const seconds = (nowMs - this.#sampledMs) / 1_000;
    if (seconds <= 0) return;
    this.#sampledMs = nowMs;
    for (const layer of this.#layers) {
      const stream = streams.find(({ rid, ssrc }) =>
        layer.encoding.rid === undefined ? ssrc === layer.encoding.ssrc : rid === layer.encoding.rid,
      );
      const packets = stream?.packetCount ?? layer.packets;
      layer.lastPerSecond = Math.max(0, packets - layer.packets) / seconds;
      layer.packets = packets;
      if (this.#paused) continue;
      const least = this.#sound ? LEAST_OF_SOUND_PER_S : 1;
      layer.rate = Math.max(layer.lastPerSecond, layer.rate * FALL_PER_SAMPLE, least);
      layer.perSecond = layer.rate;
    }
  }

  #at(spatialLayer: number | undefined): Layer {
    const layer = this.#layers[spatialLayer ?? this.#layers.length - 1] ?? this.#layers.at(-1);
    if (!layer) throw new Error('A producer has at least one encoding.');
    return layer;
  }
}
