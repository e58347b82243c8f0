/** What one look at a receiving transport's statistics says since the look before. */
export interface LinkFigures {
  /** Null while no pair of candidates has been measured. */
  readonly rttMs: number | null;
  /** Share of packets lost since the last look, 0 to 1; null when too few came to tell. */
  readonly lossShare: number | null;
  /** Share of decoded pictures that were dropped instead of shown, 0 to 1; null without video. */
  readonly droppedShare: number | null;
}

interface Totals {
  readonly received: number;
  readonly lost: number;
  readonly decoded: number;
  readonly dropped: number;
}

const FEWEST_PACKETS = 20;
const FEWEST_FRAMES = 10;
const NOTHING: Totals = { received: 0, lost: 0, decoded: 0, dropped: 0 };

/** Reads reports of `RTCPeerConnection.getStats`, one after the other; totals that fall back (a new transport) begin anew. */
export class LinkMeter {
  #before = NOTHING;

  read(reports: Iterable<unknown>): LinkFigures {
    const entries = [...reports].filter(isEntry);
    const now = totals(entries);
    const restarted = now.received < this.#before.received;
    const before = restarted ? NOTHING : this.#before;
    this.#before = now;
    const received = now.received - before.received;
    // Late packets are counted lost first and found again later.
    const lost = Math.max(0, now.lost - before.lost);
    const decoded = now.decoded - before.decoded;
    const dropped = Math.max(0, now.dropped - before.dropped);
    return {
      rttMs: roundTripMs(entries),
      lossShare: received + lost < FEWEST_PACKETS ? null : lost / (received + lost),
      droppedShare: decoded < FEWEST_FRAMES ? null : Math.min(1, dropped / decoded),
    };
  }
}

type Entry = Readonly<Record<string, unknown>>;

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null;
}

function totals(entries: readonly Entry[]): Totals {
  const inbound = entries.filter((entry) => entry['type'] === 'inbound-rtp');
  const sum = (key: string): number => inbound.reduce((total, entry) => total + numberOf(entry[key]), 0);
  return {
    received: sum('packetsReceived'),
    lost: sum('packetsLost'),
    decoded: sum('framesDecoded'),
    dropped: sum('framesDropped'),
  };
}

function roundTripMs(entries: readonly Entry[]): number | null {
  const transport = entries.find((entry) => entry['type'] === 'transport');
  const selected = transport?.['selectedCandidatePairId'];
  const pair = entries.find(
    (entry) =>
      entry['type'] === 'candidate-pair' &&
      (selected === undefined ? entry['nominated'] === true : entry['id'] === selected),
  );
  const seconds = pair?.['currentRoundTripTime'];
  return typeof seconds === 'number' ? seconds * 1000 : null;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
