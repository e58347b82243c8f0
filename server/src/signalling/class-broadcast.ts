import { toChatLines } from '@lectern/contracts';
import type { Person, SeatId, ServerMessage, ServerMessageType } from '@lectern/contracts';
import type { LiveClass } from '../classroom/live-class.ts';
import { BatchPace } from './batch-pace.ts';
import { ChatFeed } from './chat-feed.ts';
import { VIEWS } from './connection.ts';
import type { Connection, Outbox, View } from './connection.ts';
import { countsOf, lanesOf, LANES_MS, type Offers } from './class-views.ts';
import { ToldHands } from './told-hands.ts';

const BATCHES = ['stage', 'counts', 'hands', 'invitations', 'chat', 'reactions', 'speaking'] as const;
type Batch = (typeof BATCHES)[number];
/** In a large class they change all the time: so many times less often than the others. */
const SLOW_BATCHES: Partial<Record<Batch, number>> = { counts: 8, speaking: 4 };

/** What is known beside the class itself, and who hears it. */
const NEWS = {
  'card-changed': 'everyone',
  'institution-changed': 'everyone',
  'audio-ptime-changed': 'everyone',
  'shedding-changed': 'staff',
  pacing: 'staff',
} as const satisfies Partial<Record<ServerMessageType, View>>;

/** Pages that waited in front of closed doors begin to receive over so much time for each student, and no more than this. */
const RECEIVE_SPREAD_PER_STUDENT_MS = 2;
const LONGEST_RECEIVE_SPREAD_MS = 4_000;

/** Timers may be early by less than this. */
const EARLY_MS = 1;

/** Where the broadcast finds what is not in the class itself. */
export interface Surroundings {
  hearing(): number;
  /** Who speaks now, loudest first. */
  speaking(): readonly SeatId[];
  connectionOf(seatId: SeatId): Connection | undefined;
  /** What students may be asked for now. */
  offers(): Offers;
}

/**
 * Tells the class what changed: state at once, the rest in batches at most every `batchMs` (four times that in a lively
 * class), and nothing when nothing changed. Each message is made once for all who see the same.
 */
export class ClassBroadcast {
  readonly #live: LiveClass;
  readonly #outbox: Outbox;
  readonly #around: Surroundings;
  readonly #pace: BatchPace<Batch>;
  /** What changed, and when it goes out. */
  readonly #dirty = new Map<Batch, number>();
  /** What goes out together. */
  readonly #together: Record<View, ServerMessage[]> = { everyone: [], staff: [] };
  readonly #feed = new ChatFeed((message) => {
    // Whoever wrote it sees it all the same.
    this.#to(message.from.seatId, { type: 'chat', ...toChatLines([message]) });
  });
  /** What was told last of each kind, as it went out: the same is not told again. */
  readonly #told = new Map<ServerMessage['type'], string>();
  readonly #hands: ToldHands;
  #timer: NodeJS.Timeout | null = null;
  #timerAtMs = Infinity;
  #lanesTimer: NodeJS.Timeout | null = null;
  #lastLanesMs = -Infinity;

  constructor(live: LiveClass, outbox: Outbox, around: Surroundings, batchMs: number) {
    this.#live = live;
    this.#hands = new ToldHands(live);
    this.#outbox = outbox;
    this.#around = around;
    this.#pace = new BatchPace(batchMs, SLOW_BATCHES, performance.now());
    this.#listen();
  }

  /** Tells everybody the state of the class. */
  state(): void {
    const { state, seats } = this.#live;
    this.#outbox.send('everyone', {
      type: 'class-changed',
      status: state.status,
      classClockMs: state.classClockMs(),
      locked: state.locked,
      ...this.#around.offers(),
      receiveSpreadMs: Math.min(LONGEST_RECEIVE_SPREAD_MS, seats.students * RECEIVE_SPREAD_PER_STUDENT_MS),
    });
  }

  /** Tells at once what has changed beside the class itself. */
  news(message: Extract<ServerMessage, { type: keyof typeof NEWS }>): void {
    this.#outbox.send(NEWS[message.type], message);
  }

  /** The number of people present, or of those who hear, may have changed. */
  counts(): void {
    this.#mark('counts');
  }

  /** Others speak than before. */
  speaking(): void {
    this.#mark('speaking');
  }

  /** Somebody reacted. */
  reaction(): void {
    this.#change('reactions');
  }

  /** A page was shown the class as it stands now, which may be newer than what the others were told last. */
  snapshotTaken(person: Person): void {
    this.#hands.shown(person);
    // Should what waits come to be as it was told last, this page still needs to hear it.
    if (this.#dirty.size > 0) this.#told.clear();
  }

  /** Sends what waits now. */
  flush(): void {
    this.#flushDue(Infinity);
  }

  close(): void {
    this.#stopTimer();
    if (this.#lanesTimer) clearTimeout(this.#lanesTimer);
    this.#dirty.clear();
  }

  #listen(): void {
    const { state, seats, stage, hands, invitations, chat, events } = this.#live;
    const handsChanged = () => {
      this.#change('hands');
    };
    state.on('changed', () => {
      this.state();
    });
    seats.on('changed', () => {
      this.#mark('counts');
      // Somebody who is invited may be back under another name.
      if (invitations.count > 0) this.#mark('invitations');
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
    hands.on('renamed', handsChanged);
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
      this.#feed.posted(message);
      this.#change('chat');
    });
    chat.on('deleted', (messageId) => {
      this.#feed.deleted(messageId);
      this.#mark('chat');
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

  /** Somebody did something that the lanes count too. */
  #change(batch: Batch): void {
    this.#pace.note(performance.now());
    this.#mark(batch);
    this.#markLanes();
  }

  #mark(batch: Batch): void {
    if (this.#dirty.has(batch)) return;
    const nowMs = performance.now();
    const dueMs = this.#pace.dueMs(batch, nowMs);
    this.#dirty.set(batch, dueMs);
    this.#schedule(dueMs, nowMs);
  }

  /** The first change of a quiet moment waits only for this turn of the event loop. */
  #schedule(dueMs: number, nowMs: number): void {
    if (dueMs >= this.#timerAtMs) return;
    this.#stopTimer();
    this.#timerAtMs = dueMs;
    this.#timer = setTimeout(
      () => {
        this.#flushDue(performance.now() + EARLY_MS);
      },
      Math.ceil(dueMs - nowMs),
    );
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#timerAtMs = Infinity;
  }

  /** Sends what is due by then, as one frame for all who see the same. */
  #flushDue(byMs: number): void {
    this.#stopTimer();
    const nowMs = performance.now();
    for (const batch of BATCHES) {
      const dueMs = this.#dirty.get(batch);
      if (dueMs === undefined || dueMs > byMs) continue;
      this.#dirty.delete(batch);
      this.#pace.sent(batch, nowMs);
      this.#gather(batch, nowMs);
    }
    for (const view of VIEWS) {
      const messages = this.#together[view].splice(0);
      if (messages.length > 0) this.#outbox.send(view, ...messages);
    }
    for (const dueMs of this.#dirty.values()) this.#schedule(dueMs, nowMs);
  }

  #gather(batch: Batch, nowMs: number): void {
    const live = this.#live;
    switch (batch) {
      case 'stage':
        this.#tell('everyone', { type: 'stage-changed', stage: live.stage.members() });
        break;
      case 'counts':
        this.#tell('everyone', { type: 'counts-changed', counts: countsOf(live, this.#around.hearing()) });
        break;
      case 'hands':
        this.#gatherHands();
        break;
      case 'invitations':
        this.#tell('staff', { type: 'invitations-changed', invitations: live.invited() });
        break;
      case 'chat':
        this.#gatherChat(nowMs);
        break;
      case 'reactions':
        if (!live.reactions.empty) {
          this.#together.everyone.push({ type: 'reactions', tally: live.reactions.take() });
        }
        break;
      case 'speaking':
        this.#tell('everyone', { type: 'speaking', seatIds: [...this.#around.speaking()] });
        break;
    }
  }

  /** Tells something whole, unless it is what was told last. */
  #tell(view: View, message: ServerMessage): void {
    const key = JSON.stringify(message);
    if (this.#told.get(message.type) === key) return;
    this.#told.set(message.type, key);
    this.#together[view].push(message);
  }

  /** Everybody hears the count, staff the order; whoever has a hand up, or had, hears the own place once it is another. */
  #gatherHands(): void {
    for (const [seatId, place] of this.#hands.takePlaces()) this.#to(seatId, { type: 'hand-place', place });
    this.#tell('everyone', { type: 'hands-changed', count: this.#live.hands.count });
    const order = this.#hands.takeOrder();
    if (order) this.#together.staff.push(order);
  }

  #gatherChat(nowMs: number): void {
    const taken = this.#feed.take(nowMs);
    // What has to wait for its turn goes out next time.
    if (this.#feed.waits) this.#mark('chat');
    if (!taken) return;
    const { messages, deleted } = taken;
    const lines = toChatLines(messages);
    this.#together.everyone.push({ type: 'chat', ...lines, ...(deleted.length > 0 ? { deleted: [...deleted] } : {}) });
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
