import type {
  ChatMessage,
  ChatSettings,
  ClassCard,
  ClassEvent,
  ClassStatus,
  Counts,
  Hands,
  Institution,
  Pacing,
  ParticipationMinute,
  Person,
  Seat,
  SeatId,
  ServerMessage,
  Snapshot,
  StageMember,
  Tally,
} from '@lectern/contracts';
import { withBatch, withOlder } from './chat-lines.ts';
import { RecentReactions } from './recent-reactions.ts';

/** The class as the server tells it: a snapshot first, then each change. Screens read it; only messages write it. */
export class ClassPicture {
  me: Person;
  card: ClassCard = $state.raw(NO_CARD);
  institution: Institution = $state.raw(NO_INSTITUTION);
  status: ClassStatus = $state('planned');
  locked = $state(false);
  counts: Counts = $state.raw({ students: 0, present: 0, hearing: 0 });
  stage: StageMember[] = $state.raw([]);
  onStage = $state(false);
  invitedBy: string | null = $state(null);
  /** How many invitations were taken back or ran out before they were answered. */
  lostInvitations = $state(0);
  /** How many times this student was brought back to the audience by somebody else. */
  sentBack = $state(0);
  /** True while the own way back to the audience is under way. */
  leavesStage = false;
  /** For staff: who is invited to the stage and has not answered yet. */
  invitations: Person[] = $state.raw([]);
  hands: Hands = $state.raw({ count: 0, myPlace: null, order: null });
  messages: ChatMessage[] = $state.raw([]);
  moreMessages = $state(false);
  chatSettings: ChatSettings = $state.raw({ writers: 'everyone', slowModeSeconds: 0 });
  unread = $state(0);
  tally: Tally = $state.raw({});
  speaking: SeatId[] = $state.raw([]);
  pacing: Pacing | null = $state.raw(null);
  events: ClassEvent[] = $state.raw([]);
  participation: ParticipationMinute[] = $state.raw([]);
  answers: { person: Person; accepted: boolean }[] = $state.raw([]);
  readonly #reactions = new RecentReactions((tally) => {
    this.tally = tally;
  });

  constructor({ seatId, name, role }: Seat) {
    this.me = $state.raw({ seatId, name, role });
  }

  /** Takes one message; those that are not about the picture are passed over. */
  apply(message: ServerMessage): void {
    switch (message.type) {
      case 'snapshot':
        this.#replace(message.snapshot);
        break;
      case 'class-changed':
        this.status = message.status;
        this.locked = message.locked;
        this.card = { ...this.card, status: message.status };
        break;
      case 'card-changed':
        this.card = message.card;
        break;
      case 'stage-changed':
        this.#setStage(message.stage);
        break;
      case 'on-stage':
        if (!message.onStage && !this.leavesStage) this.sentBack += 1;
        this.onStage = message.onStage;
        this.invitedBy = null;
        break;
      case 'invited':
        this.invitedBy = message.by;
        break;
      case 'invitation-withdrawn':
        this.#loseInvitation();
        break;
      case 'invitations-changed':
        this.invitations = message.invitations;
        break;
      case 'invitation-answered':
        this.answers = [...this.answers, { person: message.person, accepted: message.accepted }];
        break;
      case 'hands-changed':
        this.hands = message.hands;
        break;
      case 'counts-changed':
        this.counts = message.counts;
        break;
      case 'chat':
        this.#addMessages(message.messages, message.deleted);
        break;
      case 'chat-settings':
        this.chatSettings = message.settings;
        break;
      case 'reactions':
        this.#reactions.add(message.tally);
        break;
      case 'speaking':
        this.speaking = message.seatIds;
        break;
      case 'pacing':
        this.pacing = message.pacing;
        break;
      case 'lanes':
        this.events = message.events;
        this.participation = message.participation;
        break;
      default:
        break;
    }
  }

  /** Puts an older page of the chat before what is there. */
  addOlder(messages: readonly ChatMessage[], more: boolean): void {
    this.messages = withOlder(this.messages, messages);
    this.moreMessages = more;
  }

  close(): void {
    this.#reactions.close();
  }

  #replace(snapshot: Snapshot): void {
    const newest = this.messages.at(-1)?.messageId ?? null;
    this.me = snapshot.me;
    this.card = snapshot.card;
    this.institution = snapshot.institution;
    this.status = snapshot.status;
    this.locked = snapshot.locked;
    this.counts = snapshot.counts;
    this.#setStage(snapshot.stage);
    if (snapshot.invited) this.invitedBy ??= '';
    else if (this.onStage) this.invitedBy = null;
    else this.#loseInvitation();
    this.invitations = snapshot.invitations ?? [];
    this.speaking = snapshot.speaking;
    this.hands = snapshot.hands;
    this.messages = snapshot.chat.messages;
    this.moreMessages = snapshot.chat.more;
    this.chatSettings = snapshot.chat.settings;
    // What was written while the page was away is new; what was there before the page came is not.
    if (newest !== null) this.unread += this.#fromOthers(snapshot.chat.messages.filter((m) => m.messageId > newest));
    this.pacing = snapshot.pacing;
    this.events = snapshot.events ?? [];
    this.participation = snapshot.participation ?? [];
  }

  #loseInvitation(): void {
    if (this.invitedBy !== null) this.lostInvitations += 1;
    this.invitedBy = null;
  }

  #setStage(stage: StageMember[]): void {
    this.stage = stage;
    this.onStage = stage.some(({ seatId }) => seatId === this.me.seatId);
  }

  #addMessages(added: readonly ChatMessage[], deleted: readonly number[]): void {
    const { lines, fresh } = withBatch(this.messages, added, deleted);
    this.messages = lines;
    this.unread += this.#fromOthers(fresh);
  }

  #fromOthers(messages: readonly ChatMessage[]): number {
    return messages.filter(({ from }) => from.seatId !== this.me.seatId).length;
  }
}

/** Before the first snapshot nothing is known; screens show `connecting` then. */
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
