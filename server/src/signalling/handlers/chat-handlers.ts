import { toChatLines } from '@lectern/contracts';
import { CHAT_PAGE } from '../class-views.ts';
import type { Participant } from '../participant.ts';
import type { HandlersOf } from './handler.ts';

/** Gives the number of the message once it is on disk. */
async function post({ session, person }: Participant, text: string, lineId: string | null): Promise<number> {
  session.live.checkMayWrite(person);
  session.live.chat.checkMayPost(person);
  if (person.role === 'student') session.rates.takeChatLine();
  const message = session.live.chat.post(person, text);
  session.live.countMessage();
  try {
    await session.parts.records.saveMessage(session.classId, message, lineId);
  } catch (error) {
    // What could not be kept is not left standing on the screens either.
    session.live.chat.delete(message.messageId);
    // A write that was given up may come to disk after all.
    const at = new Date(session.parts.deps.clock.wallMs());
    void session.parts.records.withdrawMessage(session.classId, message.messageId, at).catch(() => undefined);
    throw error;
  }
  return message.messageId;
}

export const chatHandlers: HandlersOf<'send-chat' | 'page-chat' | 'delete-chat' | 'set-chat' | 'react'> = {
  'send-chat': async (participant, { text, lineId }) => {
    const { session, person } = participant;
    const posting = () => post(participant, text, lineId ?? null);
    const messageId = await (lineId === undefined ? posting() : session.lines.once(person.seatId, lineId, posting));
    return { messageId };
  },

  'page-chat': async ({ session }, { beforeMessageId }) => {
    // What was posted a moment ago may still be on its way to the records.
    await session.parts.records.settled();
    const { records } = session.parts;
    const { messages, more } = await records.messagesBefore(session.classId, beforeMessageId, CHAT_PAGE);
    return { ...toChatLines(messages), more };
  },

  'delete-chat': async ({ session }, { messageId }) => {
    const { records, deps } = session.parts;
    await records.deleteMessage(session.classId, messageId, new Date(deps.clock.wallMs()));
    session.live.chat.delete(messageId);
    return {};
  },

  'set-chat': async ({ session }, settings) => {
    await session.parts.records.saveChatSettings(session.classId, settings);
    session.live.chat.setSettings(settings);
    return {};
  },

  react: ({ session }, { reaction }) => {
    session.live.react(reaction);
    session.broadcast.reaction();
    return {};
  },
};
