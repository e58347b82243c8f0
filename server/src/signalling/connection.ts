import type { AccountId, ClassId, Person, ServerMessage } from '@lectern/contracts';

/** One connected page, as signalling sees it. */
export interface Connection {
  readonly connectionId: string;
  readonly closed: boolean;
  send(message: ServerMessage): void;
  /** Ends it once what was sent, and the answer under way, has gone out. May be called twice. */
  end(): void;
}

/** Who gets the same bytes. */
export type View = 'everyone' | 'staff' | 'students';

/** Sends to many pages of one class; a message is serialised once for all of them. */
export interface Outbox {
  /** From now on the connection gets what its views get. */
  join(connection: Connection, view: 'staff' | 'students'): void;
  send(view: View, message: ServerMessage, exceptConnectionIds?: readonly string[]): void;
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
