import type { ChatMessage } from '@lectern/contracts';

/** The lines after a batch: the deleted are gone, the new stand at the end, none twice. */
export function withBatch(
  lines: readonly ChatMessage[],
  added: readonly ChatMessage[],
  deleted: readonly number[],
): { lines: ChatMessage[]; fresh: ChatMessage[] } {
  const gone = new Set(deleted);
  const known = idsOf(lines);
  const fresh = added.filter(({ messageId }) => !known.has(messageId) && !gone.has(messageId));
  return { lines: [...lines.filter(({ messageId }) => !gone.has(messageId)), ...fresh], fresh };
}

/** The lines with an older page in front. */
export function withOlder(lines: readonly ChatMessage[], older: readonly ChatMessage[]): ChatMessage[] {
  const known = idsOf(lines);
  return [...older.filter(({ messageId }) => !known.has(messageId)), ...lines];
}

function idsOf(lines: readonly ChatMessage[]): ReadonlySet<number> {
  return new Set(lines.map(({ messageId }) => messageId));
}
