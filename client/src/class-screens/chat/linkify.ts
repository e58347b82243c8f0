/** A piece of a chat line: plain text, or a link that is safe to follow. */
export type ChatPiece = { readonly kind: 'text'; readonly text: string } | ChatLink;
interface ChatLink {
  readonly kind: 'link';
  readonly text: string;
  /** Absolute, http or https, as the URL parser spells it. */
  readonly href: string;
}

const CANDIDATE = /\bhttps?:\/\/[^\s<>"'`\p{Cc}\p{Cf}]+/giu;
const TRAILING = /[.,;:!?…'"*_~\])}]+$/u;

/**
 * Splits a chat line into text and links. Only whole http and https addresses become links; addresses that carry a user
 * name are left as text, because they are written to look like another site. Joined again the pieces are the line.
 */
export function linkify(line: string): ChatPiece[] {
  const pieces: ChatPiece[] = [];
  let end = 0;
  for (const match of line.matchAll(CANDIDATE)) {
    const text = withoutTrailing(match[0]);
    const href = safeHref(text);
    if (href === null) continue;
    if (match.index > end) pieces.push({ kind: 'text', text: line.slice(end, match.index) });
    pieces.push({ kind: 'link', text, href });
    end = match.index + text.length;
  }
  if (end < line.length) pieces.push({ kind: 'text', text: line.slice(end) });
  return pieces;
}

/** Drops the punctuation of the sentence around an address, but keeps brackets that belong to the address itself. */
function withoutTrailing(candidate: string): string {
  let text = candidate;
  for (;;) {
    const trailing = TRAILING.exec(text)?.[0];
    if (trailing === undefined) return text;
    const last = text.at(-1);
    if ((last === ')' && isBalanced(text, '(', ')')) || (last === ']' && isBalanced(text, '[', ']'))) return text;
    text = text.slice(0, -1);
  }
}

function isBalanced(text: string, open: string, close: string): boolean {
  const count = (mark: string): number => text.split(mark).length - 1;
  return count(open) >= count(close);
}

function safeHref(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  if (url.username !== '' || url.password !== '' || url.hostname === '') return null;
  return url.href;
}
