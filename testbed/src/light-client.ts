import { EventEmitter } from 'node:events';
import {
  CLIENT_MESSAGES,
  LecternError,
  PROTOCOL_VERSION,
  SIGNALLING_PATH,
  answerEnvelopeSchema,
  encodeDatagram,
  serverMessageSchema,
  type ClientBodyInput,
  type ClientMessageType,
  type ClientResult,
  type ConsumerOffer,
  type Seat,
  type ServerMessage,
  type SignalDatagram,
  type Snapshot,
  type TransportOptions,
} from '@lectern/contracts';
import nodeDataChannel, { type DataChannel, type PeerConnection, type Track } from 'node-datachannel';
import { io, type Socket } from 'socket.io-client';
import { nextMessage } from './next-message.ts';
import { answerForData, dtlsParametersOf, offerForMedia } from './remote-sdp.ts';

const ANSWER_TIMEOUT_MS = 15_000;
const SIGNAL_STREAM_ID = 0;

interface LightClientEvents {
  message: [ServerMessage];
  /** One RTP packet of a consumer arrived. */
  packet: [ConsumerOffer['kind'], number];
}

/** Ends what the library of all light clients runs by itself: a process that had some would not end. None works afterwards. */
export function releaseLightClients(): void {
  nodeDataChannel.cleanup();
}

/**
 * A participant without a browser: real signalling, ICE, DTLS, SRTP and SCTP by the protocol's documentation, no
 * decoding. Cheap enough for hundreds in one process.
 */
export class LightClient extends EventEmitter<LightClientEvents> {
  readonly seat: Seat;
  readonly #socket: Socket;
  readonly #peers: PeerConnection[] = [];
  /** Held, for a track that nobody holds is collected, and what arrives on it is lost. */
  readonly #tracks: Track[] = [];
  #channel: DataChannel | null = null;
  #snapshot: Snapshot | null = null;
  /** The newest message of each type, by type. */
  readonly latest = new Map<ServerMessage['type'], ServerMessage>();

  private constructor(seat: Seat, socket: Socket) {
    super();
    this.setMaxListeners(50);
    this.seat = seat;
    this.#socket = socket;
    socket.on('message', (...raws: unknown[]) => {
      for (const message of raws.map((raw) => serverMessageSchema.parse(raw))) {
        this.latest.set(message.type, message);
        if (message.type === 'snapshot') this.#snapshot = message.snapshot;
        this.emit('message', message);
      }
    });
  }

  /** Connects and resolves with the first snapshot at hand. Rejects with the refusal. */
  static async connect(url: string, seat: Seat): Promise<LightClient> {
    const socket = io(url, {
      path: SIGNALLING_PATH,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: { protocol: PROTOCOL_VERSION, classId: seat.classId, seatId: seat.seatId, seatSecret: seat.seatSecret },
    });
    const client = new LightClient(seat, socket);
    const refused = new Promise<never>((_, reject) => {
      socket.once('connect_error', reject);
    });
    await Promise.race([client.next('snapshot'), refused]);
    return client;
  }

  get snapshot(): Snapshot {
    if (this.#snapshot === null) throw new Error('no snapshot yet');
    return this.#snapshot;
  }

  /** Resolves with the next message of this type that satisfies `accept`. */
  next<T extends ServerMessage['type']>(
    type: T,
    accept: (message: Extract<ServerMessage, { type: T }>) => boolean = () => true,
    timeoutMs = 30_000,
  ): Promise<Extract<ServerMessage, { type: T }>> {
    return nextMessage(this, type, accept, timeoutMs);
  }

  /** Sends one message and gives its result; rejects with the LecternError of the answer. */
  async request<T extends ClientMessageType>(type: T, body: ClientBodyInput<T>): Promise<ClientResult<T>> {
    const raw: unknown = await this.#socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck('message', { type, body });
    const answer = answerEnvelopeSchema.parse(raw);
    if (!answer.ok) throw new LecternError(answer.error.code);
    return CLIENT_MESSAGES[type].result.parse(answer.result) as ClientResult<T>;
  }

  /** Gives the permission and opens the signal's own transport and data channel; resolves when datagrams can be sent. */
  async contribute(): Promise<void> {
    await this.request('set-permission', {
      permission: 'contribute',
      granted: true,
      wording: 'contribute-1',
      language: 'en',
    });
    const transport = await this.request('open-transport', { purpose: 'signal' });
    const peer = this.#newPeer();
    const channel = peer.createDataChannel('signal', { negotiated: true, id: SIGNAL_STREAM_ID, unordered: true });
    const open = new Promise<void>((resolve) => {
      channel.onOpen(resolve);
    });
    const offer = await localDescription(peer, () => {
      peer.setLocalDescription('offer');
    });
    await this.request('connect-transport', {
      transportId: transport.transportId,
      dtlsParameters: dtlsParametersOf(offer),
    });
    peer.setRemoteDescription(answerForData(transport), 'answer');
    await open;
    await this.request('produce-signal', {
      transportId: transport.transportId,
      sctpStreamParameters: { streamId: SIGNAL_STREAM_ID, ordered: false },
    });
    this.#channel = channel;
  }

  /** Sends one datagram; contribute() comes first. */
  send(datagram: SignalDatagram): void {
    this.sendBytes(encodeDatagram(datagram));
  }

  /** Sends anything at all on the signal's channel: for those who test what happens then. */
  sendBytes(bytes: Uint8Array): void {
    if (this.#channel === null) throw new Error('contribute() first');
    this.#channel.sendMessageBinary(bytes);
  }

  /** Opens the receiving transport for all that is on the stage now; `packet` tells of what arrives. */
  async receive(): Promise<readonly ConsumerOffer[]> {
    const transport = await this.request('open-transport', { purpose: 'receive' });
    const { consumers } = await this.request('receive', {
      transportId: transport.transportId,
      rtpCapabilities: this.snapshot.rtpCapabilities,
    });
    if (consumers.length > 0) await this.#connectMedia(transport, consumers);
    return consumers;
  }

  async #connectMedia(transport: TransportOptions, consumers: readonly ConsumerOffer[]): Promise<void> {
    const peer = this.#newPeer();
    const connected = new Promise<void>((resolve) => {
      peer.onStateChange((state) => {
        if (state === 'connected') resolve();
      });
    });
    peer.onTrack((track) => {
      this.#tracks.push(track);
      const kind = track.type() === 'audio' ? 'audio' : 'video';
      track.onMessage((packet) => this.emit('packet', kind, packet.byteLength));
    });
    const answer = await localDescription(peer, () => {
      peer.setRemoteDescription(offerForMedia(transport, consumers), 'offer');
    });
    await this.request('connect-transport', {
      transportId: transport.transportId,
      dtlsParameters: dtlsParametersOf(answer),
    });
    await connected;
    await this.request('resume-consumers', { consumerIds: consumers.map((consumer) => consumer.consumerId) });
  }

  /** Leaves as a page does that is closed on purpose. */
  async leave(): Promise<void> {
    await this.request('leave', {}).catch(() => undefined);
    this.close();
  }

  /** Goes away without a word. */
  close(): void {
    this.#socket.disconnect();
    for (const peer of this.#peers) peer.close();
  }

  #newPeer(): PeerConnection {
    const peer = new nodeDataChannel.PeerConnection(this.seat.seatId, {
      iceServers: [],
      bindAddress: '127.0.0.1',
      disableAutoNegotiation: true,
    });
    this.#peers.push(peer);
    return peer;
  }
}

function localDescription(peer: PeerConnection, act: () => void): Promise<string> {
  return new Promise((resolve) => {
    peer.onLocalDescription(resolve);
    act();
    if (peer.signalingState() === 'have-remote-offer') peer.setLocalDescription('answer');
  });
}
