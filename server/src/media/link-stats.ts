import type { LinkStats } from '@lectern/contracts';
import type { SeatConsumer, SeatMedia } from './seat-media.ts';

const FRACTION_LOST_STEPS = 256;

interface SendStat {
  readonly type: string;
  readonly roundTripTime?: number | undefined;
  readonly fractionLost?: number | undefined;
}

/** The server's side of a seat's receiving link; null where nothing was measured yet. */
export async function linkStats(seat: SeatMedia): Promise<LinkStats> {
  const receive = seat.receive;
  if (!receive) return { rttMs: null, lossShare: null, availableKbps: null, protocol: null, consumers: [] };
  const consumers = [...receive.consumers.values()];
  const [transport, ...streams] = await Promise.all([
    receive.transport.getStats(),
    ...consumers.map(({ consumer }) => consumer.getStats()),
  ]);
  const sent = (streams as SendStat[][]).flat().filter(({ type }) => type === 'outbound-rtp');
  const bitrate = transport[0]?.availableOutgoingBitrate;
  return {
    // The worker says 0 until the first report came back.
    rttMs: largest(sent.flatMap(({ roundTripTime = 0 }) => (roundTripTime > 0 ? [roundTripTime] : []))),
    lossShare: scaled(largest(sent.flatMap(({ fractionLost }) => fractionLost ?? []))),
    availableKbps: bitrate === undefined ? null : Math.round(bitrate / 1000),
    protocol: receive.transport.iceSelectedTuple?.protocol ?? null,
    consumers: consumers.map((each) => ({
      consumerId: each.consumer.id,
      source: each.of.source,
      state: stateOf(each),
      score: each.consumer.score.score,
      spatialLayer: each.consumer.currentLayers?.spatialLayer ?? null,
      temporalLayer: each.consumer.currentLayers?.temporalLayer ?? null,
    })),
  };
}

function stateOf({ consumer, control }: SeatConsumer): LinkStats['consumers'][number]['state'] {
  if (consumer.producerPaused) return 'turned-off';
  if (!control.wanted) return 'not-asked-for';
  return control.heldBack ? 'held-back' : 'sent';
}

function largest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

function scaled(fractionLost: number | null): number | null {
  return fractionLost === null ? null : fractionLost / FRACTION_LOST_STEPS;
}
