import type { ClientBody, ClientMessageType, ClientResult } from '@lectern/contracts';
import type { Participant } from '../participant.ts';

/** Answers one kind of message; role and form were checked before. Throws a LecternError on purpose, anything else by mistake. */
export type Handler<T extends ClientMessageType> = (
  participant: Participant,
  body: ClientBody<T>,
) => ClientResult<T> | Promise<ClientResult<T>>;

/** A handler for each of these messages. */
export type HandlersOf<T extends ClientMessageType> = { readonly [Type in T]: Handler<Type> };

/** Every message of the contract has its handler; a missing or surplus one does not compile. */
export type Handlers = HandlersOf<ClientMessageType>;
