import type {
  ClassStatus,
  ClientMessageType,
  ConnectionQuality,
  MediaSource,
  SeatId,
  ServerMessage,
  Snapshot,
  StageMember,
  WireRtpCapabilities,
} from '@lectern/contracts';
import { SvelteMap } from 'svelte/reactivity';
import { deviceStorage } from '../app/device-storage.ts';
import type { LinkFigures } from './link-figures.ts';
import { MediaDevice } from './media-device.ts';
import { Publisher } from './publisher.ts';
import { QualityWatch } from './quality-watch.ts';
import { Receiver } from './receiver.ts';
import type { SignallingClient } from './signalling-client.ts';
import { SilenceWatch } from './silence-watch.ts';
import { TileLayers } from './tile-layers.ts';

const LOW_BANDWIDTH_KEY = 'lectern.low-bandwidth';

interface Remote {
  readonly seatId: SeatId;
  readonly source: MediaSource;
  readonly track: MediaStreamTrack;
  readonly paused: boolean;
}

interface Local {
  readonly track: MediaStreamTrack;
  readonly muted: boolean;
}

/** The media of this page: what it receives, what it publishes, which layers it asks for and how good the link is. */
export class ClassMedia {
  /** What others publish, by producer. */
  readonly tracks = new SvelteMap<string, Remote>();
  /** What this page publishes. */
  readonly local = new SvelteMap<MediaSource, Local>();
  quality: ConnectionQuality = $state('unknown');
  /** True while the transport that `quality` is about stands. */
  linked = $state(false);
  /** True while nothing arrives of what others send: sound and picture stand still. */
  silent = $state(false);
  /** True in a browser whose WebRTC is not known to work: it receives nothing. */
  unsupported = $state(false);
  /** Producers that the server keeps back to stay within its budget. */
  heldBack: readonly string[] = $state.raw([]);
  /** What sound and picture take now; null while it is not known. */
  receivedKbps: number | null = $state(null);
  lowBandwidth = $state(deviceStorage.getItem(LOW_BANDWIDTH_KEY) === 'on');
  readonly device = new MediaDevice();
  readonly publisher: Publisher;
  readonly #receiver: Receiver;
  readonly #tiles: TileLayers;
  readonly #watch: QualityWatch;
  readonly #silence = new SilenceWatch(() => (this.#isSomethingSent() ? this.#receiver.transport : null));
  /** On the stage, but without a connection: nothing can come of them. */
  #away: readonly SeatId[] = [];
  #capabilities: WireRtpCapabilities | null = null;
  #isStudent = true;

  constructor(signalling: SignallingClient, onFigures: (figures: LinkFigures) => void) {
    this.#receiver = new Receiver(signalling, this.device);
    this.publisher = new Publisher(signalling, this.device);
    this.#tiles = new TileLayers((producerId) => this.#receiver.offerOf(producerId), layerSink(signalling));
    this.#tiles.setLowBandwidth(this.lowBandwidth);
    this.#watch = new QualityWatch(
      // Whoever receives is told of that; whoever only publishes has a link all the same.
      () => (this.tracks.size > 0 ? null : this.publisher.transport) ?? this.#receiver.transport,
      (figures) => void signalling.request('quality', figures).catch(() => undefined),
    );
    this.#receiver.on('added', ({ producerId, ...remote }) => {
      this.tracks.set(producerId, remote);
      this.#tiles.apply(producerId);
    });
    this.#receiver.on('resumed', ({ producerId }) => {
      this.#tiles.resumed(producerId);
    });
    this.#receiver.on('held-back', ({ producerIds }) => {
      this.heldBack = producerIds;
    });
    this.#receiver.on('removed', ({ producerId }) => this.tracks.delete(producerId));
    this.#receiver.on('unsupported', () => {
      this.unsupported = true;
    });
    this.publisher.on('changed', ({ source, ...local }) => this.local.set(source, local));
    this.publisher.on('removed', ({ source }) => this.local.delete(source));
    this.#watch.on('changed', (quality) => {
      this.quality = quality;
    });
    this.#watch.on('linked', (linked) => {
      this.linked = linked;
    });
    this.#watch.on('figures', (figures) => {
      this.receivedKbps = figures.receivedKbps;
      onFigures(figures);
    });
    // Where signalling is dead too, the network has changed: found out here, seconds before the browser does.
    this.#silence.on('suspected', () => void signalling.probe());
    this.#silence.on('silent', (silent) => {
      this.silent = silent;
    });
  }

  /** What the server's routers can do, as its snapshot told. */
  get capabilities(): WireRtpCapabilities {
    return this.#capabilities ?? {};
  }

  /** Starts receiving as soon as the class is open, or checks after a reconnect what is still there. */
  start({ rtpCapabilities, status, stage, me }: Snapshot): void {
    this.#capabilities = rtpCapabilities;
    this.#isStudent = me.role === 'student';
    this.#watch.start();
    this.#silence.start();
    this.#receive(status);
    this.#stageChanged(stage);
    const mine = stage.find(({ seatId }) => seatId === me.seatId)?.sources;
    void this.publisher.start(rtpCapabilities, mine).catch(() => undefined);
  }

  /** Takes what a snapshot says that came in place of updates, over the connection that was there all the time. */
  catchUp({ status, stage }: Snapshot): void {
    if (this.#receiver.transport === null) this.#receive(status);
    this.#stageChanged(stage);
  }

  apply(message: ServerMessage): void {
    switch (message.type) {
      case 'class-changed':
        // Before the opening there is nothing to receive; the transport is there when the stage lights up.
        if (this.#receiver.transport === null)
          this.#receive(message.status, this.#isStudent ? Math.random() * message.receiveSpreadMs : 0);
        break;
      case 'consumers-opened':
        void this.#receiver.opened(message.consumers);
        break;
      case 'consumers-held-back':
        this.#receiver.heldBack(message.consumerIds);
        break;
      case 'consumers-closed':
        void this.#receiver.closed(message.consumerIds);
        break;
      case 'stage-changed':
        this.#stageChanged(message.stage);
        break;
      case 'on-stage':
        if (!message.onStage) this.publisher.leaveStage();
        break;
      case 'muted':
        this.publisher.mutedByStaff(message.producerId);
        break;
      case 'media-reset':
        this.#receiver.reset(message.afterMs);
        this.publisher.reset(message.afterMs);
        break;
      default:
        break;
    }
  }

  /** Sound and a slow shared screen alone; kept on this device. */
  setLowBandwidth(on: boolean): void {
    this.lowBandwidth = on;
    deviceStorage.setItem(LOW_BANDWIDTH_KEY, on ? 'on' : 'off');
    this.#tiles.setLowBandwidth(on);
  }

  preferTile(producerId: string, widthPx: number, visible: boolean): void {
    this.#tiles.prefer(producerId, widthPx, visible);
  }

  /** Resolves once anything of the stage has arrived, or at once when nothing is on it. */
  firstMedia(): Promise<void> {
    if (this.#receiver.hadMedia || this.tracks.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#receiver.on('first-media', () => {
        resolve();
      });
    });
  }

  close(): void {
    this.#watch.stop();
    this.#silence.stop();
    this.#tiles.close();
    this.#receiver.close();
    this.publisher.leaveStage();
  }

  #receive(status: ClassStatus, afterMs = 0): void {
    if (this.#capabilities !== null && (status === 'open' || status === 'live'))
      void this.#receiver.start(this.#capabilities, afterMs);
  }

  #stageChanged(stage: readonly StageMember[]): void {
    this.#away = stage.filter(({ connected }) => !connected).map(({ seatId }) => seatId);
    const sources = stage.flatMap((member) => member.sources);
    for (const { producerId, paused } of sources) this.#setPaused(producerId, paused);
    this.#tiles.keepOnly(sources.map(({ producerId }) => producerId));
  }

  #isSomethingSent(): boolean {
    return [...this.tracks].some(
      ([producerId, { seatId, paused }]) =>
        !paused &&
        !this.#away.includes(seatId) &&
        !this.heldBack.includes(producerId) &&
        this.#tiles.isSent(producerId),
    );
  }

  #setPaused(producerId: string, paused: boolean): void {
    const remote = this.tracks.get(producerId);
    if (remote !== undefined && remote.paused !== paused) this.tracks.set(producerId, { ...remote, paused });
  }
}

function layerSink(signalling: SignallingClient): ConstructorParameters<typeof TileLayers>[1] {
  const tell = async (...[type, body]: Parameters<SignallingClient['request']>): Promise<void> => {
    await signalling.request(type satisfies ClientMessageType, body);
  };
  return {
    prefer: (consumerId, spatialLayer, temporalLayer) =>
      tell('prefer-layers', { consumerId, spatialLayer, ...(temporalLayer === undefined ? {} : { temporalLayer }) }),
    pause: (consumerId) => tell('pause-consumers', { consumerIds: [consumerId] }),
    resume: (consumerId) => tell('resume-consumers', { consumerIds: [consumerId] }),
  };
}
