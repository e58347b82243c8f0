import { chatHandlers } from './chat-handlers.ts';
import { classHandlers } from './class-handlers.ts';
import type { Handlers } from './handler.ts';
import { linkHandlers } from './link-handlers.ts';
import { publishHandlers, receiveHandlers } from './media-handlers.ts';
import { signalHandlers } from './signal-handlers.ts';
import { handHandlers, stageHandlers } from './stage-handlers.ts';

export const handlers: Handlers = {
  ...linkHandlers,
  ...receiveHandlers,
  ...publishHandlers,
  ...signalHandlers,
  ...handHandlers,
  ...stageHandlers,
  ...classHandlers,
  ...chatHandlers,
};
