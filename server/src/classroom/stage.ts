import { EventEmitter } from 'node:events';
import { LecternError } from '@lectern/contracts';
import type { MediaSource, Person, SeatId, StageMember } from '@lectern/contracts';

export interface StageLimits {
  /** Cameras and shared screens together. */
  readonly videos: number;
  /** Microphones that are not muted. */
  readonly openMicrophones: number;
}

/** What the design sets where nothing else is configured. */
export const DEFAULT_STAGE_LIMITS: StageLimits = { videos: 8, openMicrophones: 4 };

interface Source {
  readonly source: MediaSource;
  /** Null while the producer is being made: the place is taken already. */
  producerId: string | null;
  paused: boolean;
  /** What it takes the place of, as long as that is open: it stands again when nothing comes of the claim. */
  replaces: Source | null;
}

interface Member {
  person: Person;
  /** True for students who came by invitation: they stay without publishing; staff are there while they publish. */
  readonly invited: boolean;
  connected: boolean;
  readonly sources: Map<MediaSource, Source>;
}

interface Events {
  changed: [];
  /** A student came to the stage by invitation, or is back in the audience. */
  joined: [SeatId];
  left: [SeatId];
  'screen-share-started': [];
  'screen-share-ended': [];
}

const VIDEO_SOURCES: readonly MediaSource[] = ['camera', 'screen'];

/** A place on the stage that was promised to a producer in the making. Exactly one of `confirm` and `release` is called. */
export interface StageClaim {
  /** True when it is to be paused: it was claimed so, or was muted while it was being made. */
  readonly paused: boolean;
  confirm(producerId: string): void;
  release(): void;
}

/** Who publishes what. Places are claimed before a producer is made, so that two at once cannot pass the limits. */
export class Stage extends EventEmitter<Events> {
  readonly #limits: StageLimits;
  readonly #members = new Map<SeatId, Member>();

  constructor(limits: StageLimits) {
    super();
    this.#limits = limits;
  }

  /** True for students whom an invitation brought here. */
  isInvitedMember(seatId: SeatId): boolean {
    return this.#members.get(seatId)?.invited ?? false;
  }

  has(seatId: SeatId): boolean {
    return this.#members.has(seatId);
  }

  /** How many students an invitation brought here. */
  get invitedMembers(): number {
    let count = 0;
    for (const member of this.#members.values()) if (member.invited) count += 1;
    return count;
  }

  /** Throws `stage-full` when another invited student would find no place, `waiting` invitations counted. */
  checkRoomFor(waiting: number): void {
    if (this.invitedMembers + waiting >= this.#limits.videos) throw new LecternError('stage-full');
  }

  /** The stage as clients see it: whoever came first stands first. */
  members(): StageMember[] {
    const members: StageMember[] = [];
    for (const { person, invited, connected, sources } of this.#members.values()) {
      const published = [...sources.values()].flatMap((source) => {
        const shown = source.producerId === null ? source.replaces : source;
        if (!shown?.producerId) return [];
        return [{ source: shown.source, producerId: shown.producerId, paused: shown.paused }];
      });
      if (invited || published.length > 0) members.push({ ...person, connected, sources: published });
    }
    return members;
  }

  /** Seats of the students whom an invitation brought here, in their order. */
  invitedSeats(): SeatId[] {
    return [...this.#members.values()].filter(({ invited }) => invited).map(({ person }) => person.seatId);
  }

  /** Brings a student to the stage; `connected` false for one whose place is kept over a restart. */
  join(person: Person, connected = true): void {
    if (this.#members.has(person.seatId)) return;
    this.#members.set(person.seatId, { person, invited: true, connected, sources: new Map() });
    this.emit('joined', person.seatId);
    this.emit('changed');
  }

  /**
   * Promises a place to a source in the making; a source that is published again is replaced. Throws `stage-full` past
   * the limits.
   */
  claim(person: Person, source: MediaSource, paused: boolean): StageClaim {
    const member = this.#members.get(person.seatId);
    const replaced = member?.sources.get(source);
    this.#checkLimits(source, paused, replaced);
    const replaces = replaced?.producerId ? replaced : (replaced?.replaces ?? null);
    const claimed: Source = { source, producerId: null, paused, replaces };
    const holder = member ?? { person, invited: false, connected: true, sources: new Map<MediaSource, Source>() };
    this.#members.set(person.seatId, holder);
    holder.sources.set(source, claimed);
    return {
      get paused() {
        return claimed.paused;
      },
      confirm: (producerId) => {
        // The seat left, or claimed the same source again, while the producer was being made.
        if (holder.sources.get(source) !== claimed) return;
        claimed.producerId = producerId;
        const isNew = claimed.replaces === null;
        claimed.replaces = null;
        if (source === 'screen' && isNew) this.emit('screen-share-started');
        this.emit('changed');
      },
      release: () => {
        if (holder.sources.get(source) !== claimed) return;
        if (claimed.replaces) holder.sources.set(source, claimed.replaces);
        else this.#remove(holder, claimed);
      },
    };
  }

  /** A producer is gone. */
  unpublish(seatId: SeatId, producerId: string): void {
    const member = this.#members.get(seatId);
    const source = this.#find(seatId, producerId);
    if (!member || !source) return;
    if (source.producerId === producerId) {
      this.#remove(member, source);
      return;
    }
    source.replaces = null;
    if (source.source === 'screen') this.emit('screen-share-ended');
    this.emit('changed');
  }

  /** What this producer of the seat sends; undefined when it is not published. */
  sourceOf(seatId: SeatId, producerId: string): MediaSource | undefined {
    return this.#find(seatId, producerId)?.source;
  }

  /** Mutes or unmutes a producer; throws `stage-full` when one more open microphone would pass the limit. */
  setPaused(seatId: SeatId, producerId: string, paused: boolean): void {
    const source = this.#find(seatId, producerId);
    if (source?.producerId !== producerId) throw new LecternError('media-gone');
    if (source.paused === paused) return;
    if (!paused && source.source === 'microphone') this.#checkMicrophones();
    source.paused = paused;
    this.emit('changed');
  }

  /** Mutes all open sound of these seats, also what is still being made; gives the producers to be paused now. */
  mute(seatIds: Iterable<SeatId>): { seatId: SeatId; producerId: string }[] {
    const muted: { seatId: SeatId; producerId: string }[] = [];
    for (const seatId of seatIds) {
      for (const source of this.#members.get(seatId)?.sources.values() ?? []) {
        if (VIDEO_SOURCES.includes(source.source)) continue;
        for (const sound of [source, source.replaces]) {
          if (!sound || sound.paused) continue;
          sound.paused = true;
          if (sound.producerId !== null) muted.push({ seatId, producerId: sound.producerId });
        }
      }
    }
    if (muted.length > 0) this.emit('changed');
    return muted;
  }

  /** Everybody who publishes or was brought here. */
  people(): Person[] {
    return [...this.#members.values()].map(({ person }) => person);
  }

  /** Takes somebody off the stage with all that they publish; true when they were there. */
  leave(seatId: SeatId): boolean {
    const member = this.#members.get(seatId);
    if (!member) return false;
    const screen = member.sources.get('screen');
    const shared = screen?.producerId ?? screen?.replaces;
    this.#members.delete(seatId);
    member.sources.clear();
    if (shared) this.emit('screen-share-ended');
    if (member.invited) this.emit('left', seatId);
    this.emit('changed');
    return true;
  }

  /** A person is back, perhaps under another name or with another role. */
  arrive(person: Person): void {
    const member = this.#members.get(person.seatId);
    if (!member) return;
    const { name, role } = member.person;
    if (member.connected && name === person.name && role === person.role) return;
    member.person = person;
    member.connected = true;
    this.emit('changed');
  }

  /** The connection is gone; the place and what is published stay. */
  lose(seatId: SeatId): void {
    const member = this.#members.get(seatId);
    if (!member?.connected) return;
    member.connected = false;
    this.emit('changed');
  }

  #find(seatId: SeatId, producerId: string): Source | undefined {
    for (const source of this.#members.get(seatId)?.sources.values() ?? []) {
      if (source.producerId === producerId || source.replaces?.producerId === producerId) return source;
    }
    return undefined;
  }

  #remove(member: Member, source: Source): void {
    member.sources.delete(source.source);
    if (!member.invited && member.sources.size === 0) this.#members.delete(member.person.seatId);
    if (source.producerId === null) return;
    if (source.source === 'screen') this.emit('screen-share-ended');
    this.emit('changed');
  }

  #checkLimits(source: MediaSource, paused: boolean, replaced: Source | undefined): void {
    if (VIDEO_SOURCES.includes(source) && !replaced) {
      if (this.#count(({ source: other }) => VIDEO_SOURCES.includes(other)) >= this.#limits.videos)
        throw new LecternError('stage-full');
    }
    if (source === 'microphone' && !paused && (replaced?.paused ?? true)) this.#checkMicrophones();
  }

  #checkMicrophones(): void {
    const open = this.#count(({ source, paused }) => source === 'microphone' && !paused);
    if (open >= this.#limits.openMicrophones) throw new LecternError('stage-full');
  }

  #count(matches: (source: Source) => boolean): number {
    let count = 0;
    for (const { sources } of this.#members.values())
      for (const source of sources.values()) if (matches(source)) count += 1;
    return count;
  }
}
