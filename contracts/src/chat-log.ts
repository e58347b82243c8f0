import { fromChatLines } from './chat.ts';
import type { ChatLines, ChatMessage } from './chat.ts';

/**
 * What a page holds of the chat. Messages are numbered without holes and every deletion is told, so each number from `from`
 * to `last` is held, gone, or missed: written while more was written than is sent out.
 */
export interface ChatLog {
  /** In the order of their numbers. */
  readonly lines: readonly ChatMessage[];
  readonly from: number;
  /** The highest number heard of. */
  readonly last: number;
  /** Deleted, as was told or as a page of older lines showed. */
  readonly gone: ReadonlySet<number>;
  /** There are lines before `from`. */
  readonly more: boolean;
}

export const NO_CHAT: ChatLog = { lines: [], from: 1, last: 0, gone: new Set(), more: false };

/** A long class writes more than a page should hold: past this many lines the older half can be paged again. */
const MOST_LINES = 2000;

/** The log that a snapshot brings: every line from its first one on that still stands. */
export function chatLogOf({ last, more, ...page }: ChatLines & { last: number; more: boolean }): ChatLog {
  const lines = fromChatLines(page);
  const from = lines[0]?.messageId ?? last + 1;
  return { lines, from, last, gone: absent(lines, from, last + 1), more };
}

/** The log after new lines and deletions, none twice; `fresh` is what was not held before. */
export function withChatBatch(
  log: ChatLog,
  { deleted = [], ...page }: ChatLines & { deleted?: readonly number[] | undefined },
): { log: ChatLog; fresh: ChatMessage[] } {
  const gone = deleted.length > 0 ? new Set([...log.gone, ...deleted]) : log.gone;
  const known = idsOf(log.lines);
  const fresh = fromChatLines(page).filter(({ messageId: id }) => id >= log.from && !known.has(id) && !gone.has(id));
  const lines = merged(log.lines, fresh, gone);
  const last = Math.max(log.last, ...page.lines.map(([messageId]) => messageId), ...deleted);
  return { log: trimmed({ ...log, lines, last, gone }), fresh };
}

/** The log with a page of the lines before a number: they stand in their order, and what is not among them is not there. */
export function withChatPage(log: ChatLog, before: number, page: ChatLines & { more: boolean }): ChatLog {
  const known = idsOf(log.lines);
  const found = fromChatLines(page);
  const first = page.more ? (found[0]?.messageId ?? before) : 1;
  const gone = new Set([...log.gone, ...absent(found, first, before)]);
  const lines = merged(
    log.lines,
    found.filter(({ messageId: id }) => !known.has(id) && !gone.has(id)),
    gone,
  );
  return first < log.from ? { ...log, lines, gone, from: first, more: page.more } : { ...log, lines, gone };
}

/** How many lines were missed between this one and the one before it. */
export function missedBefore({ lines, from, gone }: ChatLog, index: number): number {
  const line = lines[index];
  if (line === undefined) return 0;
  return missing(gone, lines[index - 1]?.messageId ?? from - 1, line.messageId);
}

/** How many lines were missed in all. */
export function missedIn(log: ChatLog): number {
  const between = log.lines.reduce((sum, _line, index) => sum + missedBefore(log, index), 0);
  return between + missing(log.gone, log.lines.at(-1)?.messageId ?? log.from - 1, log.last + 1);
}

/** Numbers strictly between that are not known to be gone. */
function missing(gone: ReadonlySet<number>, after: number, before: number): number {
  let count = before - after - 1;
  if (count <= 0) return 0;
  for (const id of gone) if (id > after && id < before) count -= 1;
  return count;
}

/** The numbers from one to before another that have no line. */
function absent(lines: readonly ChatMessage[], from: number, before: number): Set<number> {
  const known = idsOf(lines);
  const gone = new Set<number>();
  for (let id = from; id < before; id += 1) if (!known.has(id)) gone.add(id);
  return gone;
}

function merged(
  held: readonly ChatMessage[],
  added: readonly ChatMessage[],
  gone: ReadonlySet<number>,
): readonly ChatMessage[] {
  return [...held, ...added].filter(({ messageId }) => !gone.has(messageId)).sort((a, b) => a.messageId - b.messageId);
}

function trimmed(log: ChatLog): ChatLog {
  if (log.lines.length <= MOST_LINES) return log;
  const lines = log.lines.slice(-MOST_LINES / 2);
  return { ...log, lines, from: lines[0]?.messageId ?? log.from, more: true };
}

function idsOf(lines: readonly ChatMessage[]): ReadonlySet<number> {
  return new Set(lines.map(({ messageId }) => messageId));
}
