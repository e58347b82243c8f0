import { LecternError, type ClientBodyInput, type ClientMessageType, type ClientResult } from '@lectern/contracts';
import { Device, type types } from 'mediasoup-client';
import {
  generateLocalDtlsParameters,
  generateNativeRtpCapabilities,
  generateRouterRtpCapabilities,
  generateTransportRemoteParameters,
} from 'mediasoup-client/fakeParameters';
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler';
import type { Signalling } from './signalling-client.ts';

type Answers = { [T in ClientMessageType]?: (body: ClientBodyInput<T>) => unknown };

/** Signalling without a server: answers as a test says, keeps what was asked, and loses its connection on demand. */
export class TestSignalling implements Signalling {
  connected = true;
  /** How often a transport asked whether the connection still carries anything. */
  probes = 0;
  readonly asked: { type: ClientMessageType; body: unknown }[] = [];
  readonly #answers: Answers;

  constructor(answers: Answers) {
    this.#answers = {
      'open-transport': () => transportOptions(),
      'connect-transport': () => ({}),
      'restart-ice': () => ({ iceParameters: transportOptions().iceParameters }),
      ...answers,
    };
  }

  async request<T extends ClientMessageType>(type: T, body: ClientBodyInput<T>): Promise<ClientResult<T>> {
    await Promise.resolve();
    if (!this.connected) throw new LecternError('unavailable');
    this.asked.push({ type, body });
    const answer = this.#answers[type] as ((body: ClientBodyInput<T>) => unknown) | undefined;
    return (answer?.(body) ?? {}) as ClientResult<T>;
  }

  probe(): Promise<void> {
    this.probes++;
    return Promise.resolve();
  }

  /** Answers this name otherwise from now on. */
  answer<T extends ClientMessageType>(type: T, answer: (body: ClientBodyInput<T>) => unknown): void {
    Object.assign(this.#answers, { [type]: answer });
  }

  /** The bodies of what was asked under this name, oldest first. */
  bodies(type: ClientMessageType): unknown[] {
    return this.asked.filter((asked) => asked.type === type).map(({ body }) => body);
  }

  /** Loses the connection, as an answer that never comes. */
  lose(): never {
    this.connected = false;
    throw new LecternError('unavailable');
  }
}

/** The library's own device over its handler for tests: transports without a network. */
export class TestMediaDevice {
  readonly #device = Device.factory({
    handlerFactory: FakeHandler.createFactory({ generateNativeRtpCapabilities, generateLocalDtlsParameters }),
  });
  #loaded: Promise<types.Device> | null = null;

  load(): Promise<types.Device> {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }

  async #load(): Promise<types.Device> {
    const device = await this.#device;
    await device.load({ routerRtpCapabilities: generateRouterRtpCapabilities() });
    return device;
  }
}

/** A track of a device that is not there. */
export class TestTrack extends EventTarget {
  readonly id = crypto.randomUUID();
  readonly kind: 'audio' | 'video';
  enabled = true;
  muted = false;
  readyState: MediaStreamTrackState = 'live';

  constructor(kind: 'audio' | 'video') {
    super();
    this.kind = kind;
  }

  static of(kind: 'audio' | 'video'): MediaStreamTrack {
    return new TestTrack(kind) as unknown as MediaStreamTrack;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** As the system does: what is measured or shown by it gets no picture, or gets it again. */
  setMuted(muted: boolean): void {
    this.muted = muted;
    this.dispatchEvent(new Event(muted ? 'mute' : 'unmute'));
  }

  getSettings(): MediaTrackSettings {
    return { height: 720 };
  }
}

function transportOptions() {
  const { id: transportId, ...options } = generateTransportRemoteParameters();
  return { transportId, iceServers: [], ...options };
}
