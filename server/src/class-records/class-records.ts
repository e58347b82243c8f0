import type { ChatSettings, ClassEvent, ClassId, ParticipationMinute, Person, SeatId } from '@lectern/contracts';
import { RECENT_CHAT_MESSAGES } from '../classroom/chat.ts';
import type { PostedMessage, StoredChat } from '../classroom/chat.ts';
import type { StoredClass } from '../classroom/live-class.ts';
import type { Database } from '../store/database.ts';
import type { RecordWriter } from './record-writer.ts';

interface MessageRow {
  readonly message_id: number;
  readonly text: string;
  readonly sent_at: Date;
  readonly seat_id: SeatId;
  readonly name: string;
  readonly role: Person['role'];
}

/** A line as its page calls it, and the number of the message that it became. */
export interface PostedLine {
  readonly seatId: SeatId;
  readonly lineId: string;
  readonly messageId: number;
}

const SELECT_MESSAGES = `
  select message_id, text, sent_at, seat.seat_id, seat.name, seat.role
  from chat_message join seat using (seat_id)`;

/** What a live class must find again after the server died. Writes are in order and resolve once they are on disk; they
 * reject with `unavailable` when they cannot be written. */
export class ClassRecords {
  readonly #database: Database;
  readonly #writer: RecordWriter;

  constructor(database: Database, writer: RecordWriter) {
    this.#database = database;
    this.#writer = writer;
  }

  /** Resolves once everything recorded so far is committed or has failed. */
  settled(): Promise<void> {
    return this.#writer.settled();
  }

  /** Everything but the state, which stands with the class itself. */
  async load(classId: ClassId): Promise<Omit<StoredClass, 'state'>> {
    return {
      chat: await this.#loadChat(classId),
      hands: await this.#people('raised_hand', 'raise_order', classId),
      stage: await this.#people('stage_member', 'join_order', classId),
      events: await this.#events(classId),
      participation: await this.#database.query<ParticipationMinute>(
        'select minute, messages, hands, reactions from participation_minute where class_id = $1 order by minute',
        [classId],
      ),
    };
  }

  /** Up to `limit` messages before `beforeMessageId` (null: the newest), oldest first, and whether there are older ones. */
  async messagesBefore(
    classId: ClassId,
    beforeMessageId: number | null,
    limit: number,
  ): Promise<{ messages: PostedMessage[]; more: boolean }> {
    const rows = await this.#database.query<MessageRow>(
      `${SELECT_MESSAGES}
       where chat_message.class_id = $1 and deleted_at is null and ($2::integer is null or message_id < $2)
       order by message_id desc limit $3`,
      [classId, beforeMessageId, limit + 1],
    );
    const messages = rows.slice(0, limit).map(toMessage).reverse();
    return { messages, more: rows.length > limit };
  }

  /** The newest lines, at most `limit`, that pages gave an id, oldest first; those of deleted messages too. */
  async postedLines(classId: ClassId, limit: number): Promise<PostedLine[]> {
    const rows = await this.#database.query<PostedLine>(
      `select seat_id as "seatId", line_id as "lineId", message_id as "messageId" from chat_message
       where class_id = $1 and line_id is not null order by message_id desc limit $2`,
      [classId, limit],
    );
    return rows.reverse();
  }

  /** Resolves once the message is on disk. `lineId` is what its page calls it; null where it gave no id. */
  saveMessage(classId: ClassId, message: PostedMessage, lineId: string | null): Promise<void> {
    return this.#writer.write(
      'insert into chat_message (class_id, message_id, seat_id, text, sent_at, line_id) values ($1, $2, $3, $4, $5, $6)',
      [classId, message.messageId, message.from.seatId, message.text, message.sentAt, lineId],
    );
  }

  /** Takes back a message whose writing was given up: should it come to disk after all, its line was not posted. */
  withdrawMessage(classId: ClassId, messageId: number, at: Date): Promise<void> {
    return this.#writer.write(
      `update chat_message set text = '', deleted_at = $3, line_id = null where class_id = $1 and message_id = $2`,
      [classId, messageId, at],
    );
  }

  deleteMessage(classId: ClassId, messageId: number, at: Date): Promise<void> {
    return this.#writer.write(
      `update chat_message set text = '', deleted_at = $3 where class_id = $1 and message_id = $2 and deleted_at is null`,
      [classId, messageId, at],
    );
  }

  saveChatSettings(classId: ClassId, { writers, slowModeSeconds }: ChatSettings): Promise<void> {
    return this.#writer.write(
      `insert into chat_setting (class_id, writers, slow_mode_seconds) values ($1, $2, $3)
       on conflict (class_id) do update set writers = excluded.writers, slow_mode_seconds = excluded.slow_mode_seconds`,
      [classId, writers, slowModeSeconds],
    );
  }

  raiseHand(classId: ClassId, seatId: SeatId, at: Date): Promise<void> {
    return this.#writer.write(
      'insert into raised_hand (class_id, seat_id, raised_at) values ($1, $2, $3) on conflict do nothing',
      [classId, seatId, at],
    );
  }

  lowerHand(classId: ClassId, seatId: SeatId): Promise<void> {
    return this.#writer.write('delete from raised_hand where class_id = $1 and seat_id = $2', [classId, seatId]);
  }

  joinStage(classId: ClassId, seatId: SeatId, at: Date): Promise<void> {
    return this.#writer.write(
      'insert into stage_member (class_id, seat_id, joined_at) values ($1, $2, $3) on conflict do nothing',
      [classId, seatId, at],
    );
  }

  leaveStage(classId: ClassId, seatId: SeatId): Promise<void> {
    return this.#writer.write('delete from stage_member where class_id = $1 and seat_id = $2', [classId, seatId]);
  }

  addEvent(classId: ClassId, { atMs, kind }: ClassEvent): void {
    this.#writer.record('insert into class_event (class_id, at_ms, kind) values ($1, $2, $3)', [classId, atMs, kind]);
  }

  saveMinutes(classId: ClassId, minutes: readonly ParticipationMinute[]): void {
    for (const { minute, messages, hands, reactions } of minutes) {
      this.#writer.record(
        `insert into participation_minute (class_id, minute, messages, hands, reactions) values ($1, $2, $3, $4, $5)
         on conflict (class_id, minute) do update
         set messages = excluded.messages, hands = excluded.hands, reactions = excluded.reactions`,
        [classId, minute, messages, hands, reactions],
      );
    }
  }

  /** Nobody has a hand up or stands on the stage: after the end, or before both are written anew. */
  async clearPresence(classId: ClassId): Promise<void> {
    await Promise.all([
      this.#writer.write('delete from raised_hand where class_id = $1', [classId]),
      this.#writer.write('delete from stage_member where class_id = $1', [classId]),
    ]);
  }

  async #loadChat(classId: ClassId): Promise<StoredChat> {
    const [last] = await this.#database.query<{ last: number | null }>(
      'select max(message_id) as last from chat_message where class_id = $1',
      [classId],
    );
    const [settings] = await this.#database.query<ChatSettings>(
      `select writers, slow_mode_seconds as "slowModeSeconds" from chat_setting where class_id = $1`,
      [classId],
    );
    const { messages, more } = await this.messagesBefore(classId, null, RECENT_CHAT_MESSAGES);
    return {
      recent: messages,
      older: more,
      lastMessageId: last?.last ?? 0,
      settings: settings ?? { writers: 'everyone', slowModeSeconds: 0 },
    };
  }

  async #people(
    table: 'raised_hand' | 'stage_member',
    order: 'raise_order' | 'join_order',
    classId: ClassId,
  ): Promise<Person[]> {
    return this.#database.query<Person>(
      `select seat.seat_id as "seatId", seat.name, seat.role from ${table} join seat using (seat_id)
       where ${table}.class_id = $1 and seat.removed_at is null order by ${order}`,
      [classId],
    );
  }

  async #events(classId: ClassId): Promise<ClassEvent[]> {
    return this.#database.query<ClassEvent>(
      `select at_ms as "atMs", kind from class_event where class_id = $1 order by event_id`,
      [classId],
    );
  }
}

function toMessage(row: MessageRow): PostedMessage {
  return {
    messageId: row.message_id,
    from: { seatId: row.seat_id, name: row.name, role: row.role },
    text: row.text,
    sentAt: row.sent_at,
  };
}
