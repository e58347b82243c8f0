import { LecternError, type ClientBodyInput, type MediaSource, type TransportOptions } from '@lectern/contracts';
import type { types } from 'mediasoup-client';
import { reconnectDelayMs } from './reconnect-policy.ts';
import type { Signalling } from './signalling-client.ts';
import { TypedEvents } from './typed-events.ts';

type Purpose = ClientBodyInput<'open-transport'>['purpose'];

/** `disconnected` often heals by itself within a second; longer than that is a changed network. */
const RESTART_ICE_AFTER_MS = 1000;
/** A restart that has not connected by then will not. */
const CONNECT_WITHIN_MS = 8000;

interface LinkEvents {
  connected: undefined;
  /** The transport is of no use any more and closed: its owner opens it anew with all that ran over it. */
  broken: undefined;
}

/** One transport of one purpose, kept alive: ICE restarts while that can help, `broken` once it cannot. */
export class TransportLink {
  readonly #events = new TypedEvents<LinkEvents>();
  readonly #signalling: Signalling;
  readonly #purpose: Purpose;
  #transport: types.Transport | null = null;
  #options: TransportOptions | null = null;
  /** Counts openings and closings: an opening that was overtaken gives up. */
  #turn = 0;
  /** Counts questions for an ICE restart: the server holds to its answer to the newest. */
  #question = 0;
  /** Questions in a row that nobody answered. */
  #unanswered = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(signalling: Signalling, purpose: Purpose) {
    this.#signalling = signalling;
    this.#purpose = purpose;
  }

  on = this.#events.on.bind(this.#events);

  get transport(): types.Transport | null {
    return this.#transport;
  }

  /** Opens a new transport in place of whatever was there. Rejects with LecternError; nothing is left open then. */
  async open(device: Promise<types.Device>): Promise<types.Transport> {
    this.close();
    const turn = this.#turn;
    const [loaded, options] = await Promise.all([
      device,
      this.#signalling.request('open-transport', { purpose: this.#purpose }),
    ]);
    if (turn !== this.#turn) throw new LecternError('media-gone');
    const { transportId: id, ...rest } = options;
    const given = { id, ...rest } as unknown as types.TransportOptions;
    const transport =
      this.#purpose === 'receive' ? loaded.createRecvTransport(given) : loaded.createSendTransport(given);
    this.#transport = transport;
    this.#options = options;
    this.#listen(transport);
    return transport;
  }

  /**
   * After signalling came back: asks whether the server still has the transport. Restarts ICE when it does, tells
   * `broken` when it does not; without a transport nothing happens.
   */
  async check(): Promise<void> {
    if (this.#transport !== null) await this.#restartIce(this.#transport);
  }

  close(): void {
    this.#turn++;
    this.#question++;
    this.#unanswered = 0;
    clearTimeout(this.#timer);
    const transport = this.#transport;
    this.#transport = null;
    this.#options = null;
    transport?.close();
  }

  /** Closes the transport and tells its owner. */
  break(): void {
    if (this.#transport === null) return;
    this.close();
    this.#events.emit('broken', undefined);
  }

  #listen(transport: types.Transport): void {
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      const body = { transportId: transport.id, dtlsParameters } as ClientBodyInput<'connect-transport'>;
      this.#signalling.request('connect-transport', body).then(done, failed);
    });
    transport.on('produce', ({ kind, rtpParameters, appData }, done, failed) => {
      const source = appData['source'] as MediaSource;
      const paused = appData['paused'] === true;
      const body = { transportId: transport.id, source, kind, rtpParameters, paused } as ClientBodyInput<'produce'>;
      this.#signalling.request('produce', body).then(({ producerId }) => {
        done({ id: producerId });
      }, failed);
    });
    let hasChannel = false;
    transport.on('producedata', ({ sctpStreamParameters: { streamId } }, done, failed) => {
      // The signal's. Whatever else would leave by another one is nothing that this page has to say.
      if (hasChannel || this.#purpose !== 'signal') {
        failed(new Error('a transport has one data channel at most, and only that of the signal has any'));
        return;
      }
      hasChannel = true;
      const sctpStreamParameters = { streamId, ordered: false } as const;
      this.#signalling
        .request('produce-signal', { transportId: transport.id, sctpStreamParameters })
        .then(({ dataProducerId }) => {
          done({ id: dataProducerId });
        }, failed);
    });
    transport.on('connectionstatechange', (state) => {
      if (this.#transport === transport) this.#stateChanged(transport, state);
    });
  }

  #stateChanged(transport: types.Transport, state: types.ConnectionState): void {
    clearTimeout(this.#timer);
    if (state === 'connected') this.#events.emit('connected', undefined);
    if (state === 'disconnected') {
      // A changed address has cut off signalling too, and a WebSocket does not notice for half a minute.
      void this.#signalling.probe();
      this.#after(RESTART_ICE_AFTER_MS, () => void this.#restartIce(transport));
    }
    if (state === 'failed') void this.#restartIce(transport);
  }

  async #restartIce(transport: types.Transport): Promise<void> {
    clearTimeout(this.#timer);
    const question = ++this.#question;
    try {
      const { iceParameters } = await this.#signalling.request('restart-ice', { transportId: transport.id });
      if (question !== this.#question) return;
      this.#unanswered = 0;
      // A transport that never carried anything has no description to restart.
      if (transport.connectionState === 'new') return;
      const iceServers = this.#options?.iceServers ?? [];
      if (iceServers.length > 0) await transport.updateIceServers({ iceServers: iceServers as RTCIceServer[] });
      await transport.restartIce({ iceParameters: iceParameters as types.IceParameters });
    } catch (error) {
      if (question !== this.#question) return;
      if (error instanceof LecternError && error.code === 'unavailable') this.#askAgain(transport);
      else this.break();
      return;
    }
    this.#after(CONNECT_WITHIN_MS, () => {
      if (this.#transport === transport && transport.connectionState !== 'connected') this.break();
    });
  }

  /** A server that was only slow is asked again. Without signalling that is no use: whoever brings it back calls check(). */
  #askAgain(transport: types.Transport): void {
    if (!this.#signalling.connected || transport.connectionState === 'connected') return;
    this.#after(reconnectDelayMs(++this.#unanswered), () => void this.#restartIce(transport));
  }

  #after(delayMs: number, task: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(task, delayMs);
  }
}
