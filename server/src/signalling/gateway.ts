import { CLIENT_MESSAGES, clientEnvelopeSchema, LecternError, mayDo } from '@lectern/contracts';
import type { Answer, ClientMessageType } from '@lectern/contracts';
import type { Handler } from './handlers/handler.ts';
import { handlers } from './handlers/handlers.ts';
import type { MessageRate } from './message-rate.ts';
import type { Participant } from './participant.ts';

/**
 * Answers one message as it came from the wire and was counted: envelope, role, rate of its kind, body, handler, in this
 * order, each once. Never rejects: whatever goes wrong is the answer.
 */
export async function answerMessage(
  participant: Participant,
  raw: unknown,
  rate: MessageRate,
): Promise<Answer<ClientMessageType>> {
  try {
    return { ok: true, result: await handle(participant, raw, rate) };
  } catch (error) {
    return { ok: false, error: toLecternError(error, participant).toWire() };
  }
}

async function handle(participant: Participant, raw: unknown, rate: MessageRate) {
  const envelope = clientEnvelopeSchema.safeParse(raw);
  if (!envelope.success) throw new LecternError('bad-request');
  const { type, body } = envelope.data;
  const { session, person } = participant;
  // Another page took the seat over: what this one still says is nobody's word.
  if (!session.seating.isCurrent(participant)) throw new LecternError('conflict');
  const { action } = CLIENT_MESSAGES[type];
  if (action !== null && !mayDo(action, person.role, session.live.stage.isInvitedMember(person.seatId))) {
    throw new LecternError('not-allowed');
  }
  rate.takeOf(type);
  const parsed = CLIENT_MESSAGES[type].body.safeParse(body);
  if (!parsed.success) throw new LecternError('bad-request');
  // The schema and the handler are looked up under the same name: the union of all pairs narrows to this one.
  const handler = handlers[type] as Handler<ClientMessageType>;
  return handler(participant, parsed.data);
}

function toLecternError(error: unknown, { session, person }: Participant): LecternError {
  if (error instanceof LecternError) return error;
  session.logger.error({ err: error, seatId: person.seatId }, 'a message could not be handled');
  return new LecternError('internal', { cause: error });
}
