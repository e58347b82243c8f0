import {
  LecternError,
  type AudioPtimeMs,
  type ErrorCode,
  type MediaSource,
  type StageMember,
  type WireRtpCapabilities,
} from '@lectern/contracts';
import type { types } from 'mediasoup-client';
import { OfflineError } from '../http/offline-error.ts';
import { deviceErrorOf } from './devices.ts';
import { producerOptions } from './encodings.ts';
import type { MediaDevice } from './media-device.ts';
import type { Signalling } from './signalling-client.ts';
import { TransportLink } from './transport-link.ts';
import { TypedEvents } from './typed-events.ts';

interface PublisherEvents {
  /** A source runs, or was muted or opened again. */
  changed: { source: MediaSource; track: MediaStreamTrack; muted: boolean };
  removed: { source: MediaSource };
}

interface Published {
  readonly track: MediaStreamTrack;
  muted: boolean;
  producer: types.Producer | null;
  /** What the producer was made with. */
  audioPtimeMs?: AudioPtimeMs;
}

/**
 * What this page publishes from the stage. The transport is opened with the first source and closed with the stage. It
 * owns the tracks from `publish` on and stops them; after a broken transport it publishes them again as they were.
 */
export class Publisher {
  readonly #events = new TypedEvents<PublisherEvents>();
  readonly #signalling: Signalling;
  readonly #device: Pick<MediaDevice, 'load'>;
  readonly #link: TransportLink;
  readonly #published = new Map<MediaSource, Published>();
  /** How much sound a packet of a microphone or a screen that is opened now holds, as the server says. */
  audioPtimeMs: AudioPtimeMs = 20;
  #capabilities: WireRtpCapabilities | null = null;
  #work: Promise<unknown> = Promise.resolve();
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(signalling: Signalling, device: Pick<MediaDevice, 'load'>) {
    this.#signalling = signalling;
    this.#device = device;
    this.#link = new TransportLink(signalling, 'stage');
    this.#link.on('broken', () => {
      this.#republish(0);
    });
  }

  on = this.#events.on.bind(this.#events);

  /** Its transport, for statistics; null while nothing is published. */
  get transport(): types.Transport | null {
    return this.#link.transport;
  }

  /**
   * Tells what the server's routers can do and what it holds as published here. After a reconnect also brings back what
   * they lost, and tells what ended or was muted here meanwhile.
   */
  start(capabilities: WireRtpCapabilities, atServer: StageMember['sources'] = []): Promise<void> {
    this.#capabilities = capabilities;
    return this.#inTurn(async () => {
      await this.#link.check();
      if (this.#link.transport === null && this.#published.size > 0) this.#republish(0);
      await this.#reconcile(atServer);
    });
  }

  /**
   * Publishes a track under a source, in place of an earlier one; muted when that is asked or when the earlier one is
   * muted. Rejects with LecternError: nothing is published under the source then, and the track stays the caller's.
   */
  publish(source: MediaSource, track: MediaStreamTrack, muted = false): Promise<void> {
    return this.#inTurn(async () => {
      const earlier = this.#published.get(source);
      const published: Published = { track, muted: muted || earlier?.muted === true, producer: null };
      // Of a muted track nothing leaves, not even until the server knows.
      track.enabled = !published.muted;
      try {
        await this.#produce(source, published);
      } catch (error) {
        // Whether the server still has the earlier one is not known.
        await this.#end(source).catch(() => undefined);
        throw error;
      }
      earlier?.producer?.close();
      earlier?.track.stop();
      this.#keep(source, published);
      // Staff muted the earlier one while this one was being made.
      if (earlier?.muted === true && !published.muted) await this.#mute(source, published);
    });
  }

  /** Asks the browser for a screen, with its sound where it gives any. Rejects with DeviceError or LecternError: nothing is shared then, but where it is `over-capacity` the picture without its sound. */
  async shareScreen(): Promise<void> {
    const stream = await navigator.mediaDevices
      .getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: true })
      .catch((error: unknown) => {
        throw deviceErrorOf(error);
      });
    const [picture] = stream.getVideoTracks();
    const [sound] = stream.getAudioTracks();
    try {
      if (picture === undefined) throw new LecternError('internal');
      picture.contentHint = 'detail';
      await this.publish('screen', picture);
    } catch (error) {
      for (const track of stream.getTracks()) track.stop();
      throw error;
    }
    if (sound !== undefined) await this.#shareSound(picture, sound);
  }

  /** Ends one source, also while signalling is away; nothing happens when it is not published. */
  unpublish(source: MediaSource): Promise<void> {
    return this.#inTurn(() => this.#end(source));
  }

  /**
   * Pauses or resumes a source here and at the server; muted, nothing of it is sent. Opening again rejects with
   * OfflineError while signalling is away: nobody would hear it.
   */
  setMuted(source: MediaSource, muted: boolean): Promise<void> {
    return this.#inTurn(async () => {
      const published = this.#published.get(source);
      if (published === undefined || published.muted === muted) return;
      if (muted) {
        await this.#mute(source, published);
        return;
      }
      const producerId = published.producer?.id;
      if (!this.#signalling.connected) throw new OfflineError();
      if (source === 'microphone' && stands(published) && published.audioPtimeMs !== this.audioPtimeMs) {
        await this.#openAnew(source, published);
        return;
      }
      if (producerId !== undefined && stands(published))
        await this.#signalling.request('resume-producer', { producerId });
      this.#applyMute(source, published, false);
    });
  }

  /** Staff muted this producer. */
  mutedByStaff(producerId: string): void {
    for (const [source, published] of this.#published)
      if (published.producer?.id === producerId) this.#applyMute(source, published, true);
  }

  /** Ends everything and closes the transport: back in the audience. */
  leaveStage(): void {
    clearTimeout(this.#retryTimer);
    for (const source of [...this.#published.keys()]) this.#remove(source);
    this.#link.close();
  }

  /** The page goes away: what it publishes ends for the others now, not when its place runs out. */
  leavePage(): void {
    for (const source of [...this.#published.keys()]) void this.#end(source).catch(() => undefined);
  }

  /** The server lost this seat's media: everything anew after this long. */
  reset(afterMs: number): void {
    this.#link.close();
    this.#republish(afterMs);
  }

  /** Ends at the server what ended here, and brings the mutes together: what either side has muted is muted. */
  async #reconcile(atServer: StageMember['sources']): Promise<void> {
    for (const { producerId, paused } of atServer) {
      const [source, published] = [...this.#published].find(([, { producer }]) => producer?.id === producerId) ?? [];
      if (source === undefined || published === undefined) await this.#tell('close-producer', producerId);
      else if (published.muted && !paused) await this.#tell('pause-producer', producerId);
      else if (paused && !published.muted) this.#applyMute(source, published, true);
    }
  }

  /** Tells of an end or a mute. What the server has lost needs no word; without signalling, its return brings it. */
  async #tell(type: 'close-producer' | 'pause-producer', producerId: string): Promise<void> {
    try {
      await this.#signalling.request(type, { producerId });
    } catch (error) {
      if (!this.#signalling.connected) return;
      if (!(error instanceof LecternError) || error.code !== 'media-gone') throw error;
    }
  }

  async #produce(source: MediaSource, published: Published): Promise<void> {
    const { audioPtimeMs } = this;
    if (this.#capabilities === null) throw new LecternError('unavailable');
    const transport = this.#link.transport ?? (await this.#link.open(this.#device.load(this.#capabilities)));
    const options = {
      ...producerOptions(source, published.track, audioPtimeMs),
      stopTracks: false,
      appData: { source, paused: published.muted },
    };
    const producer = await transport.produce(options).catch((cause: unknown) => {
      // Back in the audience, or the transport broke, before the server answered.
      throw transport.closed ? new LecternError('media-gone', { cause }) : cause;
    });
    published.producer = producer;
    published.audioPtimeMs = audioPtimeMs;
    if (published.muted) producer.pause();
  }

  /** Opens a muted source with a producer of its own: how much sound a packet holds is settled when it is made. */
  async #openAnew(source: MediaSource, published: Published): Promise<void> {
    const muted = published.producer;
    published.muted = false;
    try {
      await this.#produce(source, published);
    } catch (error) {
      published.muted = true;
      throw error;
    }
    muted?.close();
    this.#applyMute(source, published, false);
  }

  /** What stands belongs to this page until it is ended, or its device is lost. */
  #keep(source: MediaSource, published: Published): void {
    const { track, muted } = published;
    this.#published.set(source, published);
    this.#events.emit('changed', { source, track, muted });
    const lost = () => {
      const end = async () => (this.#published.get(source) === published ? this.#end(source) : undefined);
      this.#inTurn(end).catch(() => undefined);
    };
    // It may have ended while it was being published.
    if (track.readyState === 'ended') lost();
    else track.addEventListener('ended', lost);
  }

  /** The browser's own bar ends the picture: the sound must not stay behind. Where there is no capacity for the sound the picture stays. */
  async #shareSound(picture: MediaStreamTrack, sound: MediaStreamTrack): Promise<void> {
    picture.addEventListener('ended', () => void this.unpublish('screen-audio').catch(() => undefined));
    try {
      await this.publish('screen-audio', sound);
    } catch (error) {
      sound.stop();
      const isPictureKept = error instanceof LecternError && error.code === 'over-capacity';
      if (!isPictureKept) await this.unpublish('screen').catch(() => undefined);
      throw error;
    }
  }

  /** Ends one source here at once, then at the server. */
  async #end(source: MediaSource): Promise<void> {
    const producerId = this.#remove(source);
    if (producerId !== null) await this.#tell('close-producer', producerId);
  }

  /** Muting counts from the click, whatever the network says; opening again only once the server has agreed. */
  async #mute(source: MediaSource, published: Published): Promise<void> {
    this.#applyMute(source, published, true);
    const producerId = published.producer?.id;
    if (producerId !== undefined) await this.#tell('pause-producer', producerId);
  }

  /** Forgets a source and stops its track; gives the id of its producer where there was one. */
  #remove(source: MediaSource): string | null {
    const published = this.#published.get(source);
    if (published === undefined) return null;
    this.#published.delete(source);
    const producerId = published.producer?.id ?? null;
    published.producer?.close();
    published.track.stop();
    this.#events.emit('removed', { source });
    return producerId;
  }

  #applyMute(source: MediaSource, published: Published, muted: boolean): void {
    published.muted = muted;
    if (muted) published.producer?.pause();
    else published.producer?.resume();
    // A muted track says so to its own preview too, also while no producer holds it.
    published.track.enabled = !muted;
    this.#events.emit('changed', { source, track: published.track, muted });
  }

  #republish(afterMs: number): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => {
      this.#inTurn(() => this.#produceMissing()).catch((error: unknown) => {
        // Without signalling its return begins anew; a stage that was lost meanwhile is told by the server.
        if (!this.#signalling.connected || !(error instanceof LecternError)) return;
        if (error.code === 'not-allowed') this.leaveStage();
        else this.#republish(1000 + Math.random() * 1000);
      });
    }, afterMs);
  }

  /** Publishes what does not stand, and leaves alone what does. Rejects with what kept some from a place. */
  async #produceMissing(): Promise<void> {
    let full: LecternError | null = null;
    for (const [source, published] of this.#published) {
      if (stands(published)) continue;
      try {
        await this.#produce(source, published);
      } catch (error) {
        if (!(error instanceof LecternError) || !NO_PLACE.includes(error.code)) throw error;
        full = error;
      }
    }
    if (full !== null) throw full;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => undefined);
    return result;
  }
}

/** What others may mend any moment, and what costs no other source its place. */
const NO_PLACE: readonly ErrorCode[] = ['stage-full', 'over-capacity'];

function stands({ producer }: Published): boolean {
  return producer?.closed === false;
}
