import { chatLogOf, NO_CHAT, withChatBatch } from './chat-log.ts';
import type { ChatLog } from './chat-log.ts';
import type { ChatSettings } from './chat.ts';
import type { ClassCard, ClassStatus, Person } from './class.ts';
import type { Institution } from './http.ts';
import type { SeatId } from './identity.ts';
import type { AudioPtimeMs, Shedding } from './media.ts';
import type { ClassEvent, Pacing, ParticipationMinute } from './pacing.ts';
import type { Hands } from './raised-hands.ts';
import type { Counts, ServerMessage, Snapshot, StageMember } from './signalling.ts';

/** The class as one page knows it. Everything here stands in each snapshot too, so that a snapshot at any moment replaces it. */
export interface ClassPicture {
  readonly me: Person;
  readonly card: ClassCard;
  readonly institution: Institution;
  readonly status: ClassStatus;
  readonly locked: boolean;
  readonly signalOffered: boolean;
  readonly remindersOffered: boolean;
  /** How much sound a packet of a microphone that is opened now holds. */
  readonly audioPtimeMs: AudioPtimeMs;
  readonly counts: Counts;
  readonly stage: readonly StageMember[];
  readonly onStage: boolean;
  /** Who invited this student, while the invitation waits for an answer. */
  readonly invitedBy: string | null;
  /** For staff: who is invited to the stage and has not answered yet. */
  readonly invitations: readonly Person[];
  readonly hands: Hands;
  readonly chat: ChatLog;
  readonly chatSettings: ChatSettings;
  readonly speaking: readonly SeatId[];
  /** For staff: what the class gives up to stay within the server's budget. */
  readonly shedding: Shedding;
  readonly pacing: Pacing | null;
  readonly events: readonly ClassEvent[];
  readonly participation: readonly ParticipationMinute[];
}

const NOTHING_SHED: Shedding = { step: 'none', reason: null };
const NO_CARD: ClassCard = {
  classId: '00000000-0000-0000-0000-000000000000' as ClassCard['classId'],
  courseId: '00000000-0000-0000-0000-000000000000' as ClassCard['courseId'],
  courseTitle: '',
  title: '',
  instructors: [],
  startsAt: null,
  status: 'planned',
  guestsAllowed: false,
  synthetic: false,
};
const NO_INSTITUTION: Institution = {
  setUp: false,
  responsibleBody: '',
  contact: '',
  jurisdiction: 'other',
  signalMode: 'off',
  signalFixed: false,
  permitted: { device: false, cohort: false },
};

/** What is known before the first snapshot. */
export const NO_PICTURE: ClassPicture = {
  me: { seatId: '00000000-0000-0000-0000-000000000000' as SeatId, name: '', role: 'student' },
  card: NO_CARD,
  institution: NO_INSTITUTION,
  status: 'planned',
  locked: false,
  signalOffered: false,
  remindersOffered: false,
  audioPtimeMs: 20,
  counts: { students: 0, present: 0, hearing: 0 },
  stage: [],
  onStage: false,
  invitedBy: null,
  invitations: [],
  hands: { count: 0, myPlace: null, order: null },
  chat: NO_CHAT,
  chatSettings: { writers: 'everyone', slowModeSeconds: 0 },
  speaking: [],
  shedding: NOTHING_SHED,
  pacing: null,
  events: [],
  participation: [],
};

/** The picture that a snapshot shows. */
export function pictureOf(snapshot: Snapshot): ClassPicture {
  const { me, card, institution, status, locked, signalOffered, remindersOffered, counts, stage } = snapshot;
  const { invitedBy, audioPtimeMs, hands, speaking, pacing, chat } = snapshot;
  return {
    ...{ me, card, institution, status, locked, signalOffered, remindersOffered, counts, stage, invitedBy },
    ...{ hands, speaking, pacing },
    audioPtimeMs,
    onStage: isOn(stage, me),
    invitations: snapshot.invitations ?? [],
    shedding: snapshot.shedding ?? NOTHING_SHED,
    chat: chatLogOf(chat),
    chatSettings: chat.settings,
    events: snapshot.events ?? [],
    participation: snapshot.participation ?? [],
  };
}

/** The picture after one message; the same one when the message is not about it. */
export function pictureAfter(picture: ClassPicture, message: ServerMessage): ClassPicture {
  switch (message.type) {
    case 'snapshot':
      return pictureOf(message.snapshot);
    case 'class-changed': {
      const { status, locked, signalOffered, remindersOffered } = message;
      return { ...picture, status, locked, signalOffered, remindersOffered, card: { ...picture.card, status } };
    }
    case 'card-changed':
      return { ...picture, card: message.card };
    case 'institution-changed':
      return { ...picture, institution: message.institution };
    case 'stage-changed':
      return { ...picture, stage: message.stage, onStage: isOn(message.stage, picture.me) };
    case 'on-stage':
      return { ...picture, onStage: message.onStage, invitedBy: null };
    case 'invited':
      return { ...picture, invitedBy: message.by };
    case 'invitation-withdrawn':
      return { ...picture, invitedBy: null };
    case 'invitations-changed':
      return { ...picture, invitations: message.invitations };
    case 'hands-changed':
      return { ...picture, hands: { ...picture.hands, count: message.count } };
    case 'hand-place':
      return { ...picture, hands: { ...picture.hands, myPlace: message.place } };
    case 'hand-order':
      return { ...picture, hands: { ...picture.hands, order: message.order } };
    case 'hands-moved':
      return { ...picture, hands: { ...picture.hands, order: moved(picture.hands.order ?? [], message) } };
    case 'counts-changed':
      return { ...picture, counts: message.counts };
    case 'chat':
      return { ...picture, chat: withChatBatch(picture.chat, message).log };
    case 'chat-settings':
      return { ...picture, chatSettings: message.settings };
    case 'speaking':
      return { ...picture, speaking: message.seatIds };
    case 'shedding-changed':
      return { ...picture, shedding: message.shedding };
    case 'audio-ptime-changed':
      return { ...picture, audioPtimeMs: message.audioPtimeMs };
    case 'pacing':
      return { ...picture, pacing: message.pacing };
    case 'lanes':
      return { ...picture, events: message.events, participation: message.participation };
    default:
      return picture;
  }
}

function moved(
  order: readonly Person[],
  { lowered, raised }: { readonly lowered: readonly SeatId[]; readonly raised: readonly Person[] },
): Person[] {
  const gone = new Set([...lowered, ...raised.map(({ seatId }) => seatId)]);
  return [...order.filter(({ seatId }) => !gone.has(seatId)), ...raised];
}

function isOn(stage: readonly StageMember[], { seatId }: Person): boolean {
  return stage.some((member) => member.seatId === seatId);
}
