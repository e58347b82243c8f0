import { packetsReceived } from './link-figures.ts';
import { TypedEvents } from './typed-events.ts';

/** Silence in speech still sends a packet each 0.4 s, a screen that nobody touches a picture a second. */
const LOOK_EVERY_MS = 1000;
/** As many looks in a row that found nothing new: asked of signalling. */
const SUSPECT_AFTER_LOOKS = 2;
/** And as many: worth a word on the screen. */
const SILENT_AFTER_LOOKS = 3;

interface SilenceEvents {
  /** Two to three seconds without a packet: the browser itself notices a dead path only after five to seven. */
  suspected: undefined;
  /** Whether sound and picture stand still. */
  silent: boolean;
}

interface StatsSource {
  getStats(): Promise<{ values(): Iterable<unknown> }>;
}

/** Looks once a second whether packets of sound or picture arrive while some are expected. */
export class SilenceWatch {
  readonly #events = new TypedEvents<SilenceEvents>();
  /** The receiving transport while something should arrive over it, else null. */
  readonly #expecting: () => StatsSource | null;
  #watched: StatsSource | null = null;
  #packets = -1;
  #looksInVain = 0;
  #silent = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(expecting: () => StatsSource | null) {
    this.#expecting = expecting;
  }

  on = this.#events.on.bind(this.#events);

  start(): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.#look().catch(() => undefined), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#watched = null;
    this.#arrived();
  }

  async #look(): Promise<void> {
    const transport = this.#expecting();
    // What began only now has a look of its own before it is missed.
    const isNew = transport !== this.#watched;
    this.#watched = transport;
    if (transport === null) {
      this.#arrived();
      return;
    }
    const packets = packetsReceived((await transport.getStats()).values());
    if (this.#watched !== transport) return;
    const something = packets !== this.#packets;
    this.#packets = packets;
    if (isNew || something) this.#arrived();
    else this.#inVain();
  }

  #inVain(): void {
    this.#looksInVain++;
    if (this.#looksInVain === SUSPECT_AFTER_LOOKS) this.#events.emit('suspected', undefined);
    if (this.#looksInVain === SILENT_AFTER_LOOKS) this.#set(true);
  }

  #arrived(): void {
    this.#looksInVain = 0;
    this.#set(false);
  }

  #set(silent: boolean): void {
    if (silent === this.#silent) return;
    this.#silent = silent;
    this.#events.emit('silent', silent);
  }
}
