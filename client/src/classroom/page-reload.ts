const KEY = 'lectern.reloaded-at';
const AT_MOST_EVERY_MS = 60_000;

/** Loads the page anew, for a newer server; false when that was tried a moment ago and did not help. */
export function reloadPage(): boolean {
  const lastMs = Number(sessionStorage.getItem(KEY) ?? 0);
  if (Date.now() - lastMs < AT_MOST_EVERY_MS) return false;
  sessionStorage.setItem(KEY, String(Date.now()));
  location.reload();
  return true;
}
