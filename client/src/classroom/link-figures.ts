/** What one look at a transport's statistics says since the look before. A transport goes one way: it receives or it sends. */
export interface LinkFigures {
  /** Null while no pair of candidates has been measured. */
  readonly rttMs: number | null;
  /** Share of packets lost since the last look, 0 to 1; null when too few came to tell. */
  readonly lossShare: number | null;
  /** Share of decoded pictures that were dropped instead of shown, 0 to 1; null without video. */
  readonly droppedShare: number | null;
  /** Sound and picture that came since the last look; null at the first one, and where nothing is received. */
  readonly receivedKbps: number | null;
}

interface Totals {
  /** Packets that arrived: here, or at the server as its reports say. */
  readonly received: number;
  readonly lost: number;
  readonly decoded: number;
  readonly dropped: number;
  readonly bytes: number;
  /** When the browser counted, null without anything received. */
  readonly atMs: number | null;
}

const FEWEST_PACKETS = 20;
const FEWEST_FRAMES = 10;
const NOTHING: Totals = { received: 0, lost: 0, decoded: 0, dropped: 0, bytes: 0, atMs: null };

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
      receivedKbps: kilobitsPerSecond(before, now),
    };
  }
}

type Entry = Readonly<Record<string, unknown>>;

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null;
}

function totals(entries: readonly Entry[]): Totals {
  const sum = (type: string, key: string): number => sumOf(entries, type, key);
  const lostOnTheWay = sum('remote-inbound-rtp', 'packetsLost');
  return {
    received: packetsReceived(entries) + Math.max(0, sum('outbound-rtp', 'packetsSent') - lostOnTheWay),
    lost: sum('inbound-rtp', 'packetsLost') + lostOnTheWay,
    decoded: sum('inbound-rtp', 'framesDecoded'),
    dropped: sum('inbound-rtp', 'framesDropped'),
    bytes: sum('inbound-rtp', 'bytesReceived') + sum('inbound-rtp', 'headerBytesReceived'),
    atMs: entries.some(({ type }) => type === 'inbound-rtp') ? newest(entries) : null,
  };
}

function newest(entries: readonly Entry[]): number {
  return Math.max(...entries.map(({ timestamp }) => numberOf(timestamp)));
}

/** Streams that end take their bytes with them: an interval in which less arrived than before says nothing. */
function kilobitsPerSecond(before: Totals, now: Totals): number | null {
  if (before.atMs === null || now.atMs === null || now.atMs <= before.atMs || now.bytes < before.bytes) return null;
  return ((now.bytes - before.bytes) * 8) / (now.atMs - before.atMs);
}

/** Packets of sound and picture that have arrived, over all consumers of one report. */
export function packetsReceived(reports: Iterable<unknown>): number {
  return sumOf([...reports].filter(isEntry), 'inbound-rtp', 'packetsReceived');
}

function sumOf(entries: readonly Entry[], type: string, key: string): number {
  return entries.reduce((total, entry) => total + (entry['type'] === type ? numberOf(entry[key]) : 0), 0);
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
  if (typeof seconds === 'number') return seconds * 1000;
  // Some browsers tell only the sum of all checks.
  const checks = numberOf(pair?.['responsesReceived']);
  return checks === 0 ? null : (numberOf(pair?.['totalRoundTripTime']) * 1000) / checks;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
