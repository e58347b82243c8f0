/** Models by their tags, as the cards name them: the first eight hexadecimal digits of each one's SHA-256. */
export function modelNames(tags: readonly number[]): string {
  return tags.map((tag) => tag.toString(16).padStart(8, '0')).join(', ');
}
