/** One or two letters that stand for a name: first letters of its first and last word; works for every script. */
export function initials(name: string): string {
  const words = name.split(/[\s.\-_]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letter = (word: string | undefined): string => /[\p{L}\p{N}]/u.exec(word ?? '')?.[0]?.toLocaleUpperCase() ?? '';
  return letter(words[0]) + (words.length > 1 ? letter(words.at(-1)) : '') || '?';
}

/** One of six hues, always the same for the same name: only a help to the eye, the name stands beside it. */
export function hueOf(name: string): number {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % 6;
}
