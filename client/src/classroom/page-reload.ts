import { leaveUnasked } from './page-leave.ts';

const KEY = 'lectern.reloaded-at';
const AT_MOST_EVERY_MS = 60_000;
const STAMP = /<meta name="lectern-build" content="([0-9a-f]{12})"/;

/** Loads the page anew, for a newer server; false when that was tried a moment ago and did not help, or cannot be noted. */
export function reloadPage(): boolean {
  try {
    const lastMs = Number(sessionStorage.getItem(KEY) ?? 0);
    if (Date.now() - lastMs < AT_MOST_EVERY_MS) return false;
    sessionStorage.setItem(KEY, String(Date.now()));
  } catch {
    // Full or switched off: what is not noted would go round and round.
    return false;
  }
  leaveUnasked();
  location.reload();
  return true;
}

/** The build that this page is of, as it was stamped into its head; null while developing. */
export function ownBuild(): string | null {
  return document.querySelector<HTMLMetaElement>('meta[name="lectern-build"]')?.content ?? null;
}

/**
 * True when the server, as its snapshot names its build ("0.1.0+0123456789ab"), serves another one than this page is of. Such
 * a page is loaded anew when nothing is lost by it: nobody looks at it, it shows nothing and measures nothing.
 */
export function isOtherBuild(build: string): boolean {
  const own = ownBuild();
  return own !== null && !build.endsWith(`+${own}`);
}

/**
 * For a part of the page that could not be loaded: a newer server has no parts of an older page. Loads the page anew when
 * that is the cause, and leaves it alone when the network is. Never rejects.
 */
export async function reloadIfOlder(): Promise<void> {
  const own = ownBuild();
  if (own === null) return;
  const page = await fetch('/', { cache: 'no-store' }).catch(() => null);
  const served = STAMP.exec((await page?.text().catch(() => null)) ?? '')?.[1];
  if (served !== undefined && served !== own) reloadPage();
}
