import { PROTOCOL_VERSION, toChatLines, toldPlace } from '@lectern/contracts';
import type {
  AudioPtimeMs,
  ClassCard,
  ClassDetail,
  Counts,
  Hands,
  Institution,
  Pacing,
  Person,
  SeatId,
  ServerMessage,
  Shedding,
  Snapshot,
  WireRtpCapabilities,
} from '@lectern/contracts';
import type { LiveClass } from '../classroom/live-class.ts';
import { cardOf } from '../courses/class-directory.ts';

/** Messages that a snapshot brings, and a page of older ones. */
export const CHAT_PAGE = 50;
const MOST_HANDS = 100;
/** The lanes show what the chart shows. */
const LANES_SPAN_MS = 15 * 60_000;
/** The lanes go out this far apart at least. */
export const LANES_MS = 2_000;

export function countsOf(live: LiveClass, hearing: number): Counts {
  return { students: live.seats.students, present: live.seats.connected, hearing };
}

/** The first hands in their order, as staff see them. */
export function handOrder(live: LiveClass): Person[] {
  return live.hands.first(MOST_HANDS);
}

/** The hands as one person sees them. */
function handsFor({ seatId, role }: Person, live: LiveClass): Hands {
  const place = live.hands.place(seatId);
  const myPlace = place === null ? null : toldPlace(place);
  return { count: live.hands.count, myPlace, order: role === 'student' ? null : handOrder(live) };
}

function chatOf({ chat }: LiveClass): Snapshot['chat'] {
  const { messages, more } = chat.newest(CHAT_PAGE);
  return { ...toChatLines(messages), last: chat.lastMessageId, more, settings: chat.settings };
}

/** What everybody may see of the class, as it stands now. */
export function cardFor(detail: ClassDetail, live: LiveClass): ClassCard {
  return { ...cardOf(detail), status: live.state.status };
}

/** The lanes of the last 15 minutes, whole. */
export function lanesOf(live: LiveClass): Omit<Extract<ServerMessage, { type: 'lanes' }>, 'type'> {
  const fromMs = live.state.lastClassClockMs() - LANES_SPAN_MS;
  return { events: live.events.since(fromMs), participation: live.participation.since(fromMs) };
}

/** What students may be asked for now. */
export type Offers = Pick<Snapshot, 'signalOffered' | 'remindersOffered'>;

/** What a snapshot takes from beside the class itself. */
export interface SnapshotContext {
  readonly build: string;
  readonly detail: ClassDetail;
  readonly institution: Institution;
  readonly offers: Offers;
  readonly rtpCapabilities: WireRtpCapabilities;
  readonly audioPtimeMs: AudioPtimeMs;
  readonly hearing: number;
  /** Who speaks now, loudest first. */
  readonly speaking: readonly SeatId[];
  readonly shedding: Shedding;
  /** For staff; null for students. */
  readonly pacing: Pacing | null;
}

/** Everything that this person's page needs to stand where it would stand had it been there all the time. */
export function snapshotFor(person: Person, live: LiveClass, context: SnapshotContext): Snapshot {
  const { state, stage, invitations, contributions, reminders } = live;
  const staff = person.role !== 'student';
  const lanes = staff ? lanesOf(live) : null;
  return {
    protocol: PROTOCOL_VERSION,
    build: context.build,
    me: person,
    card: cardFor(context.detail, live),
    institution: context.institution,
    status: state.status,
    classClockMs: state.classClockMs(),
    locked: state.locked,
    ...context.offers,
    contributing: staff ? null : contributions.answer(person.seatId),
    reminding: staff ? null : reminders.answer(person.seatId),
    rtpCapabilities: context.rtpCapabilities,
    audioPtimeMs: context.audioPtimeMs,
    stage: stage.members(),
    speaking: [...context.speaking],
    invitedBy: invitations.invitedBy(person.seatId),
    invitations: staff ? live.invited() : null,
    hands: handsFor(person, live),
    counts: countsOf(live, context.hearing),
    chat: chatOf(live),
    shedding: staff ? context.shedding : null,
    pacing: context.pacing,
    events: lanes?.events ?? null,
    participation: lanes?.participation ?? null,
  };
}
