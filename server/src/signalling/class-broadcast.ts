import type { Person, SeatId, ServerMessage } from '@lectern/contracts';
import type { LiveClass } from '../classroom/live-class.ts';
import type { Connection, Outbox } from './connection.ts';
import { countsOf, lanesOf, LANES_MS, staffHands } from './class-views.ts';

type Batch = 'stage' | 'counts' | 'hands' | 'invitations';

/** Where the broadcast finds who is connected and how many hear. */
export interface Surroundings {
  hearing(): number;
  connectionOf(seatId: SeatId): Connection | undefined;
  signalOffered(): boolean;
}

/**
 * Tells the class what changed: state at once, the rest in batches at most every `batchMs`, and nothing when nothing
 * changed. Each message is made once for all who see the same.
 */
export class ClassBroadcast {
  readonly #live: LiveClass;
  readonly #outbox: Outbox;
  readonly #around: Surroundings;
  readonly #batchMs: number;
  readonly #dirty = new Set<Batch>();
  /** Seats that were told a place of their own, so that they are told when it is gone. */
  #toldPlaces = new Set<SeatId>();
  #messages: Extract<ServerMessage, { type: 'chat' }>['messages'] = [];
  #deleted: number[] = [];
  #timer: NodeJS.Timeout | null = null;
  #lanesTimer: NodeJS.Timeout | null = null;
  #lastFlushMs = -Infinity;
  #lastLanesMs = -Infinity;
  #lastCounts = '';

  constructor(live: LiveClass, outbox: Outbox, around: Surroundings, batchMs: number) {
    this.#live = live;
    this.#outbox = outbox;
    this.#around = around;
    this.#batchMs = batchMs;
    this.#listen();
  }

  /** Tells everybody the state of the class. */
  state(): void {
    const { state } = this.#live;
    this.#outbox.send('everyone', {
      type: 'class-changed',
      status: state.status,
      classClockMs: state.classClockMs(),
      locked: state.locked,
      signalOffered: this.#around.signalOffered(),
    });
  }

  /** The number of people present, or of those who hear, may have changed. */
  counts(): void {
    this.#mark('counts');
  }

  /** Somebody reacted. */
  reaction(): void {
    this.#schedule();
    this.#markLanes();
  }

  /** Sends what waits now. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#lastFlushMs = performance.now();
    if (this.#dirty.delete('stage')) {
      this.#outbox.send('everyone', { type: 'stage-changed', stage: this.#live.stage.members() });
    }
    if (this.#dirty.delete('counts')) this.#flushCounts();
    if (this.#dirty.delete('hands')) this.#flushHands();
    if (this.#dirty.delete('invitations')) {
      this.#outbox.send('staff', { type: 'invitations-changed', invitations: this.#live.invited() });
    }
    this.#flushChat();
    if (!this.#live.reactions.empty) {
      this.#outbox.send('everyone', { type: 'reactions', tally: this.#live.reactions.take() });
    }
  }

  close(): void {
    for (const timer of [this.#timer, this.#lanesTimer]) if (timer) clearTimeout(timer);
    this.#timer = null;
    this.#dirty.clear();
  }

  #listen(): void {
    const { state, seats, stage, hands, invitations, chat, events } = this.#live;
    const handsChanged = () => {
      this.#mark('hands');
      this.#markLanes();
    };
    state.on('changed', () => {
      this.state();
    });
    seats.on('changed', () => {
      this.#mark('counts');
    });
    stage.on('changed', () => {
      this.#mark('stage');
    });
    stage.on('joined', (seatId) => {
      this.#to(seatId, { type: 'on-stage', onStage: true });
    });
    stage.on('left', (seatId) => {
      this.#to(seatId, { type: 'on-stage', onStage: false });
    });
    hands.on('raised', handsChanged);
    hands.on('lowered', handsChanged);
    invitations.on('invited', (seatId, by) => {
      this.#mark('invitations');
      this.#to(seatId, { type: 'invited', by });
    });
    invitations.on('withdrawn', (seatId) => {
      this.#mark('invitations');
      this.#to(seatId, { type: 'invitation-withdrawn' });
    });
    invitations.on('answered', (person: Person, accepted) => {
      this.#mark('invitations');
      this.#outbox.send('staff', { type: 'invitation-answered', person, accepted });
    });
    chat.on('posted', (message) => {
      this.#messages.push(message);
      this.#schedule();
      this.#markLanes();
    });
    chat.on('deleted', (messageId) => {
      this.#messages = this.#messages.filter((message) => message.messageId !== messageId);
      this.#deleted.push(messageId);
      this.#schedule();
    });
    chat.on('settings-changed', (settings) => {
      this.#outbox.send('everyone', { type: 'chat-settings', settings });
    });
    events.on('added', () => {
      this.#markLanes();
    });
  }

  #to(seatId: SeatId, message: ServerMessage): void {
    this.#around.connectionOf(seatId)?.send(message);
  }

  #mark(batch: Batch): void {
    this.#dirty.add(batch);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer) return;
    // The first change of a quiet moment waits only for this turn of the event loop.
    const waitMs = Math.max(0, this.#lastFlushMs + this.#batchMs - performance.now());
    this.#timer = setTimeout(() => {
      this.flush();
    }, waitMs);
  }

  #flushCounts(): void {
    const counts = countsOf(this.#live, this.#around.hearing());
    const key = JSON.stringify(counts);
    if (key === this.#lastCounts) return;
    this.#lastCounts = key;
    this.#outbox.send('everyone', { type: 'counts-changed', counts });
  }

  /** Staff share one message, students without a hand another; whoever has a hand up, or had, hears the own place. */
  #flushHands(): void {
    const places = this.#live.hands.places();
    const own: string[] = [];
    for (const seatId of new Set([...places.keys(), ...this.#toldPlaces])) {
      const connection = this.#around.connectionOf(seatId);
      if (!connection) continue;
      own.push(connection.connectionId);
      const myPlace = places.get(seatId) ?? null;
      connection.send({ type: 'hands-changed', hands: { count: places.size, myPlace, order: null } });
    }
    this.#toldPlaces = new Set(places.keys());
    this.#outbox.send('staff', { type: 'hands-changed', hands: staffHands(this.#live) });
    const rest = { count: places.size, myPlace: null, order: null };
    this.#outbox.send('students', { type: 'hands-changed', hands: rest }, own);
  }

  #flushChat(): void {
    if (this.#messages.length === 0 && this.#deleted.length === 0) return;
    this.#outbox.send('everyone', { type: 'chat', messages: this.#messages, deleted: this.#deleted });
    this.#messages = [];
    this.#deleted = [];
  }

  /** The lanes change with each message: every few seconds is enough. */
  #markLanes(): void {
    this.#lanesTimer ??= setTimeout(
      () => {
        this.#lanesTimer = null;
        this.#lastLanesMs = performance.now();
        this.#outbox.send('staff', { type: 'lanes', ...lanesOf(this.#live) });
      },
      Math.max(0, this.#lastLanesMs + LANES_MS - performance.now()),
    );
  }
}
