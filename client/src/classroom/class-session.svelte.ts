import {
  LecternError,
  type ChatSettings,
  type ClientBodyInput,
  type ClientMessageType,
  type ClientResult,
  type LinkStats,
  type MediaSource,
  type Reaction,
  type RosterEntry,
  type Seat,
  type SeatId,
  type ServerMessage,
  type Snapshot,
} from '@lectern/contracts';
import type { ClassScreens } from '../attention/class-screens.ts';
import { ClassClock } from './class-clock.ts';
import { ClassMedia } from './class-media.svelte.ts';
import { ClassPicture } from './class-picture.svelte.ts';
import { ClockSampler } from './clock-sampler.ts';
import { errorCodeOf, type Connection, type Ended, type EndReason } from './connection.ts';
import { Contribution } from './contribution.svelte.ts';
import { DeclaredScreens } from './declared-screens.svelte.ts';
import { MinutesKeeper } from './minutes-keeper.svelte.ts';
import { OwnMeasuring } from './own-measuring.svelte.ts';
import { isOtherBuild, reloadPage } from './page-reload.ts';
import { PageUse } from './page-use.ts';
import { Reminders } from './reminders.svelte.ts';
import { SignalChannel } from './signal-channel.ts';
import { SignallingClient, type SignallingOptions } from './signalling-client.ts';

/** What the class is told to be, of which measuring depends. */
type Told = Pick<Snapshot, 'classClockMs' | 'signalOffered' | 'remindersOffered'>;

const localNowMs = (): number => performance.now();

/**
 * One person in one class, as screens use it: reactive state to read, methods to call. It only ties its parts together.
 * Methods reject with LecternError unless they say otherwise.
 */
export class ClassSession {
  connection: Connection = $state.raw({ kind: 'connecting' });
  /** The student's camera, measured on this device alone, for whichever of the two permissions. */
  readonly measuring: OwnMeasuring;
  readonly signal: Contribution;
  readonly reminders: Reminders;
  readonly minutes: MinutesKeeper;
  readonly screens = new DeclaredScreens();
  readonly use = new PageUse({
    tracks: () => this.tracks.values(),
    publishes: () => this.local.size > 0 || this.measuring.state !== 'off',
  });
  readonly #picture: ClassPicture;
  readonly #signalling: SignallingClient;
  readonly #media: ClassMedia;
  readonly #channel: SignalChannel;
  readonly #clock = new ClassClock(localNowMs);
  readonly #sampler: ClockSampler;
  #connected = Promise.withResolvers<undefined>();

  constructor({ seat, ...options }: { seat: Seat } & SignallingOptions) {
    this.#picture = new ClassPicture(seat);
    this.#signalling = new SignallingClient(seat, options);
    this.#sampler = new ClockSampler(this.#clock, () => this.#askClock(), localNowMs);
    this.#media = new ClassMedia(this.#signalling, (figures) => {
      this.measuring.noteLink(figures);
    });
    this.#channel = new SignalChannel(this.#signalling, this.#media.device);
    this.measuring = new OwnMeasuring({
      clock: this.#clock,
      needClock: () => {
        this.#sampler.makePrecise();
      },
      studentsPresent: () => this.counts.students,
      firstMedia: () => this.#media.firstMedia(),
    });
    this.measuring.setClassScreens(this.screens.places);
    const own = { seatId: seat.seatId, signalling: this.#signalling, measuring: this.measuring };
    this.signal = new Contribution({
      ...{ ...own, channel: this.#channel, clock: this.#clock },
      capabilities: () => this.#media.capabilities,
    });
    this.minutes = new MinutesKeeper({
      seatId: seat.seatId,
      card: () => this.card,
      stage: () => this.stage,
    });
    this.reminders = new Reminders({ ...own, minutes: this.minutes, welcome: () => this.#welcomesReminder() });
    // Whoever does not await connect() still sees the ending in `connection`.
    this.#connected.promise.catch(() => undefined);
    this.#listen();
  }

  // What screens read: the class as the server tells it, and the media of this page.
  get me() {
    return this.#picture.me;
  }
  get card() {
    return this.#picture.card;
  }
  get institution() {
    return this.#picture.institution;
  }
  get status() {
    return this.#picture.status;
  }
  get locked() {
    return this.#picture.locked;
  }
  get counts() {
    return this.#picture.counts;
  }
  get stage() {
    return this.#picture.stage;
  }
  get onStage() {
    return this.#picture.onStage;
  }
  /** Who invited this student to the stage; empty when the name is not known any more after a reload. */
  get invitedBy() {
    return this.#picture.invitedBy;
  }
  /** How many invitations of this student were taken back or ran out before they were answered. */
  get lostInvitations() {
    return this.#picture.lostInvitations;
  }
  /** How many times this student was brought back to the audience by somebody else. */
  get sentBack() {
    return this.#picture.sentBack;
  }
  /** For staff: who is invited to the stage and has not answered yet. */
  get invitations() {
    return this.#picture.invitations;
  }
  get hands() {
    return this.#picture.hands;
  }
  get chat() {
    const { chat: log, chatSettings: settings, unread, rushed } = this.#picture;
    return { log, settings, unread, rushed };
  }
  get tally() {
    return this.#picture.tally;
  }
  get speaking() {
    return this.#picture.speaking;
  }
  get shedding() {
    return this.#picture.shedding;
  }
  get pacing() {
    return this.#picture.pacing;
  }
  get events() {
    return this.#picture.events;
  }
  get participation() {
    return this.#picture.participation;
  }
  get answers() {
    return this.#picture.answers;
  }
  get tracks() {
    return this.#media.tracks;
  }
  get local() {
    return this.#media.local;
  }
  get quality() {
    return this.#media.quality;
  }
  /** True while the link for sound and picture stands, whatever is known of its quality. */
  get linked() {
    return this.#media.linked;
  }
  /** True while nothing arrives of what others send. */
  get silent() {
    return this.#media.silent;
  }
  /** Producers that the server keeps back to stay within its budget. */
  get heldBack() {
    return this.#media.heldBack;
  }
  get lowBandwidth() {
    return this.#media.lowBandwidth;
  }
  get receivedKbps() {
    return this.#media.receivedKbps;
  }
  get unsupported() {
    return this.#media.unsupported;
  }

  /** The class clock for showing, in milliseconds since Start; null before Start. Not reactive: it moves all the time. */
  classClockMs(): number | null {
    return this.status === 'live' ? this.#clock.shownMs() : null;
  }

  /** Enters the class; resolves with the first snapshot in place. Rejects when the server refuses; retries what passes. */
  async connect(): Promise<void> {
    this.#media.device.prepare();
    this.#signalling.connect();
    await this.#connected.promise;
  }

  /** Leaves at once: camera and microphone go off before the server answers, if it does. */
  leave(): void {
    void this.#signalling.leave();
    this.#end({ kind: 'ended', reason: 'left' });
  }

  /** The page goes away, perhaps to come back: the seat is kept, what is published ends for the others now. */
  leavePage(): void {
    this.#media.publisher.leavePage();
  }

  openClass = (): Promise<void> => this.#tell('open-class', {});
  startClass = (): Promise<void> => this.#tell('start-class', {});
  endClass = (): Promise<void> => this.#tell('end-class', {});
  lock = (locked: boolean): Promise<void> => this.#tell('lock-class', { locked });
  switchSignal = (enabled: boolean): Promise<void> => this.#tell('switch-signal', { enabled });

  raiseHand = (): Promise<void> => this.#tell('raise-hand', {});
  lowerHand = (): Promise<void> => this.#tell('lower-hand', {});
  lowerHandOf = (seatId: SeatId): Promise<void> => this.#tell('lower-hand-of', { seatId });
  invite = (seatId: SeatId): Promise<void> => this.#tell('invite-to-stage', { seatId });
  sendToAudience = (seatId: SeatId): Promise<void> => this.#tell('send-to-audience', { seatId });
  mute = (seatId: SeatId): Promise<void> => this.#tell('mute', { seatId });
  muteAll = (): Promise<void> => this.#tell('mute-all', {});
  remove = (seatId: SeatId): Promise<void> => this.#tell('remove', { seatId });

  /** Accepts or declines the invitation. Accepted, this student may publish. */
  async answerInvitation(accept: boolean): Promise<void> {
    await this.#tell('answer-invitation', { accept });
    this.#picture.invitationAnswered();
  }

  /** Back to the audience: what was published ends here first, so that camera and microphone go off at once. */
  async leaveStage(): Promise<void> {
    this.#media.publisher.leaveStage();
    this.#picture.leavesStage = true;
    try {
      await this.#tell('leave-stage', {});
    } finally {
      this.#picture.leavesStage = false;
    }
  }

  /** The same line sent again, under the same id, is posted once. */
  sendChat = (text: string, lineId: string): Promise<void> => this.#tell('send-chat', { text, lineId });
  deleteChat = (messageId: number): Promise<void> => this.#tell('delete-chat', { messageId });
  setChat = (settings: ChatSettings): Promise<void> => this.#tell('set-chat', settings);
  react = (reaction: Reaction): Promise<void> => this.#tell('react', { reaction });

  /** Reads the lines before this one: older ones, or those that were left out while too many came. */
  async pageChat(beforeMessageId: number): Promise<void> {
    this.#picture.addPage(beforeMessageId, await this.#ask('page-chat', { beforeMessageId }));
  }

  markChatRead(): void {
    this.#picture.unread = 0;
  }

  pageRoster = (page: {
    search: string;
    offset: number;
    limit: number;
  }): Promise<{ entries: RosterEntry[]; total: number }> => this.#ask('page-roster', page);
  /** The data of the own receiving link; for staff also of somebody else's. */
  linkStats = (seatId?: SeatId): Promise<LinkStats> => this.#ask('link-stats', seatId === undefined ? {} : { seatId });

  /** In place of what runs under that source, and muted as that is. The track stays the caller's when it rejects. */
  publish = (source: 'microphone' | 'camera', track: MediaStreamTrack, muted = false): Promise<void> =>
    this.#media.publisher.publish(source, track, muted);
  /** Rejects with DeviceError (kind `denied` when the browser's own picker was closed) or LecternError. */
  shareScreen = (): Promise<void> => this.#media.publisher.shareScreen();
  unpublish = (source: MediaSource): Promise<void> => this.#media.publisher.unpublish(source);
  setMuted = (source: MediaSource, muted: boolean): Promise<void> => this.#media.publisher.setMuted(source, muted);
  /** Says how wide a tile is in device pixels, and whether anybody sees it. */
  preferTile(producerId: string, widthPx: number, visible: boolean): void {
    this.#media.preferTile(producerId, widthPx, visible);
  }

  setLowBandwidth(on: boolean): void {
    this.#media.setLowBandwidth(on);
  }

  /** On which screens the class is: kept on this device. */
  declareScreens(places: ClassScreens): void {
    this.screens.declare(places);
    this.measuring.setClassScreens(this.screens.places);
  }

  contribute = (track: MediaStreamTrack | null): Promise<void> => this.signal.contribute(track);
  stopContributing = (): Promise<void> => this.signal.stopContributing();
  declineContributing = (): Promise<void> => this.signal.declineContributing();

  #listen(): void {
    this.#signalling.on('message', (message) => {
      this.#receive(message);
    });
    this.#signalling.on('reconnecting', ({ attempt, shut }) => {
      this.#sampler.stop();
      if (this.connection.kind === 'connected') this.use.lost();
      const isInside = this.connection.kind !== 'connecting';
      this.connection = isInside ? { kind: 'reconnecting', attempt } : { kind: 'connecting', shut };
    });
    this.#signalling.on('woke', () => {
      this.#clock.reset();
      this.#sampler.stop();
      if (this.#signalling.connected && this.status === 'live') this.#sampler.start();
    });
    this.#signalling.on('ended', ({ reason, error }) => {
      if (reason === 'protocol-old' && reloadPage()) return;
      const code = error?.code ?? (reason === 'protocol-old' ? reason : undefined);
      const shown: EndReason = reason === 'protocol-old' ? 'refused' : reason;
      this.#end({ kind: 'ended', reason: shown, ...(code === undefined ? {} : { error: code }) });
    });
  }

  #receive(message: ServerMessage): void {
    this.#picture.apply(message);
    // By whichever way it was told: a page that read slowly learns it from a snapshot.
    this.#media.publisher.audioPtimeMs = this.#picture.audioPtimeMs;
    this.#media.apply(message);
    if (message.type === 'waiting' && this.connection.kind === 'connecting') {
      const { place, estimateMs } = message;
      this.connection = { kind: 'connecting', waiting: { place, estimateMs } };
    }
    if (message.type === 'snapshot') this.#arrive(message.snapshot);
    if (message.type === 'class-changed') this.#classChanged(message);
    if (message.type === 'media-reset') this.#channel.reset(message.afterMs);
    if (message.type === 'signal-acknowledged') this.#channel.acknowledged(message.stored, message.notCounted);
  }

  /** The first message of every connection: whatever was missed is caught up with. */
  #arrive(snapshot: Snapshot): void {
    if (this.use.idle && isOtherBuild(snapshot.build) && reloadPage()) return;
    this.use.back();
    const wasHere = this.connection.kind === 'connected';
    this.connection = { kind: 'connected' };
    this.signal.arrived(snapshot.contributing);
    this.reminders.arrived(snapshot.reminding);
    if (!wasHere) this.minutes.restore();
    this.#classChanged(snapshot);
    if (!this.onStage && this.me.role === 'student') this.#media.publisher.leaveStage();
    // In place of updates that this page was too slow for: its connections are as they were.
    if (wasHere) this.#media.catchUp(snapshot);
    else this.#media.start(snapshot);
    this.#channel.check();
    this.#connected.resolve(undefined);
  }

  #classChanged({ classClockMs, signalOffered, remindersOffered }: Told): void {
    this.signal.allow(signalOffered);
    this.reminders.allow(remindersOffered);
    if (classClockMs === null) {
      this.#sampler.stop();
      this.#clock.reset();
    } else {
      this.#clock.hint(classClockMs);
      this.#sampler.start();
    }
  }

  #end(connection: Ended): void {
    if (this.connection.kind === 'ended') return;
    this.connection = connection;
    this.#sampler.stop();
    this.signal.close();
    this.reminders.close();
    this.measuring.close();
    this.#media.close();
    this.#picture.close();
    this.#connected.reject(new LecternError(errorCodeOf(connection)));
  }

  /** Nobody is reminded who cannot see it, who is on the stage, or whose class is away. */
  #welcomesReminder(): boolean {
    const isThere = this.connection.kind === 'connected' && this.status === 'live';
    return isThere && document.visibilityState === 'visible' && !this.onStage && this.invitedBy === null;
  }

  async #askClock(): Promise<number | null> {
    return (await this.#ask('clock', {})).classClockMs;
  }

  #ask<T extends ClientMessageType>(type: T, body: ClientBodyInput<T>): Promise<ClientResult<T>> {
    return this.#signalling.request(type, body);
  }

  async #tell<T extends ClientMessageType>(type: T, body: ClientBodyInput<T>): Promise<void> {
    await this.#ask(type, body);
  }
}
