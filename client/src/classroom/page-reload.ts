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

/**
 * Which build of the server this page came from: the first that it hears of. A page of another build is loaded anew when
 * nothing is lost by it: nobody looks at it, it shows nothing and measures nothing.
 */
export class ServerBuild {
  #own: string | null = null;

  /** True when the server is of another build than the page. */
  changed(build: string): boolean {
    this.#own ??= build;
    return this.#own !== build;
  }
}
