import { connectionQuality, type ClientBodyInput, type ConnectionQuality } from '@lectern/contracts';
import { LinkMeter, type LinkFigures } from './link-figures.ts';
import { TypedEvents } from './typed-events.ts';

const LOOK_EVERY_MS = 3000;
/** The server hears of a change at once, of the same again this seldom. */
const REPORT_EVERY_MS = 15_000;
const MOST_RTT_MS = 60_000;

interface QualityEvents {
  changed: ConnectionQuality;
  figures: LinkFigures;
  /** Whether the transport stands; not every browser tells how good it is. */
  linked: boolean;
}

type Report = ClientBodyInput<'quality'>;
interface StatsSource {
  readonly connectionState: string;
  getStats(): Promise<Iterable<readonly [string, unknown]>>;
}

/** Looks at one transport every few seconds and says how good the link is, here and to the server; `unknown` while it is not connected. */
export class QualityWatch {
  readonly #events = new TypedEvents<QualityEvents>();
  readonly #transport: () => StatsSource | null;
  readonly #report: (figures: Report) => void;
  #meter = new LinkMeter();
  #watched: StatsSource | null = null;
  #quality: ConnectionQuality = 'unknown';
  #linked = false;
  #lastReportMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(transport: () => StatsSource | null, report: (figures: Report) => void) {
    this.#transport = transport;
    this.#report = report;
  }

  on = this.#events.on.bind(this.#events);

  start(): void {
    this.stop();
    this.#timer = setInterval(() => void this.#look().catch(() => undefined), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#meter = new LinkMeter();
    this.#set('unknown');
    this.#setLinked(false);
  }

  async #look(): Promise<void> {
    const transport = this.#transport();
    this.#setLinked(transport?.connectionState === 'connected');
    if (transport?.connectionState !== 'connected') {
      // Others must not go on reading what is not so any more.
      if (this.#quality !== 'unknown') this.#report({ rttMs: null, lossShare: null });
      this.#set('unknown');
      return;
    }
    if (transport !== this.#watched) this.#meter = new LinkMeter();
    this.#watched = transport;
    const entries = [...(await transport.getStats())].map(([, entry]) => entry);
    if (this.#watched !== transport) return;
    const figures = this.#meter.read(entries);
    this.#events.emit('figures', figures);
    if (figures.rttMs === null) return;
    const told = { rttMs: Math.min(MOST_RTT_MS, figures.rttMs), lossShare: figures.lossShare };
    const quality = connectionQuality(told.rttMs, told.lossShare ?? 0);
    const nowMs = performance.now();
    if (quality !== this.#quality || nowMs - this.#lastReportMs >= REPORT_EVERY_MS) {
      this.#lastReportMs = nowMs;
      this.#report(told);
    }
    this.#set(quality);
  }

  #set(quality: ConnectionQuality): void {
    if (quality === this.#quality) return;
    this.#quality = quality;
    this.#events.emit('changed', quality);
  }

  #setLinked(linked: boolean): void {
    if (linked === this.#linked) return;
    this.#linked = linked;
    this.#events.emit('linked', linked);
  }
}
