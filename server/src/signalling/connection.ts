import type { AccountId, ClassId, Person, ServerMessage } from '@lectern/contracts';

/** One connected page, as signalling sees it. */
export interface Connection {
  readonly connectionId: string;
  readonly closed: boolean;
  /** How much of what was sent has not left this process yet. */
  readonly unsentBytes: number;
  send(message: ServerMessage): void;
  /** Ends it once what was sent, and the answer under way, has gone out. May be called twice. */
  end(): void;
  /** Cuts it off with all that it has not read, as a lost network does: the page comes back by itself. */
  breakOff(): void;
}

/** Who gets the same bytes. */
export const VIEWS = ['everyone', 'staff'] as const;
export type View = (typeof VIEWS)[number];

/** Sends to many pages of one class; what is sent is serialised once for all of them. */
export interface Outbox {
  /** From now on the connection gets what everybody gets, and staff what staff get. */
  join(connection: Connection, staff: boolean): void;
  /** From now on it does not. */
  leave(connection: Connection): void;
  /** What is sent together travels in one frame. */
  send(view: View, ...messages: readonly ServerMessage[]): void;
}

export type OutboxOf = (classId: ClassId) => Outbox;

/** Somebody in a class through one connection. */
export interface Seated {
  readonly connection: Connection;
  readonly person: Person;
  /** Null: a guest. */
  readonly accountId: AccountId | null;
  /** Which load of the page this is; null when the page does not say. */
  readonly pageId: string | null;
}
