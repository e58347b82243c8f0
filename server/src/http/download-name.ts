/**
 * The header under which an account's data are saved, by day; with `of`, whose they are, when it is not one's own account.
 * Programs that read no encoded name get the one without.
 */
export function exportDisposition(at: Date, of?: string): string {
  const day = at.toISOString().slice(0, 10);
  const own = `attachment; filename="lectern-account-${day}.json"`;
  return of === undefined ? own : `${own}; filename*=UTF-8''${encoded(`lectern-account-${of}-${day}.json`)}`;
}

/** As RFC 8187 has it, which allows a few characters less than an URI. */
function encoded(name: string): string {
  const escaped = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(name).replaceAll(/['()*]/g, escaped);
}
