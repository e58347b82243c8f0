import type { ServerMessage } from '@lectern/contracts';

/** Whatever emits the messages of one connection. */
interface MessageSource {
  on(event: 'message', listener: (message: ServerMessage) => void): unknown;
  off(event: 'message', listener: (message: ServerMessage) => void): unknown;
}

/**
 * Resolves with the first message from now on that is of this type and that `accept` takes, however many arrive at once. Rejects
 * after `timeoutMs`, and when `accept` throws.
 */
export function nextMessage<T extends ServerMessage['type']>(
  source: MessageSource,
  type: T,
  accept: (message: Extract<ServerMessage, { type: T }>) => boolean,
  timeoutMs: number,
): Promise<Extract<ServerMessage, { type: T }>> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      clearTimeout(timer);
      source.off('message', listen);
      outcome();
    };
    const fail = (error: unknown): void => {
      settle(() => {
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    };
    // Judged while it is emitted: between two promises a second message would pass unseen.
    const listen = (message: ServerMessage): void => {
      if (message.type !== type) return;
      const wanted = message as Extract<ServerMessage, { type: T }>;
      try {
        if (!accept(wanted)) return;
      } catch (error) {
        fail(error);
        return;
      }
      settle(() => {
        resolve(wanted);
      });
    };
    const timer = setTimeout(() => {
      fail(new Error(`no message "${type}" that was waited for came within ${String(timeoutMs)} ms`));
    }, timeoutMs).unref();
    source.on('message', listen);
  });
}
