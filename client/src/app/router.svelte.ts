import { matchRoute, type Match } from './routes.ts';

/** Asked before another page is shown: `goOn` goes there after all. */
type Guard = (goOn: () => void) => void;

/** Where the reader is. Links inside the app change it without loading the page anew. */
class Router {
  path: string = $state(location.pathname);
  search: string = $state(location.search);
  match: Match = $derived(matchRoute(this.path));
  /** True once the reader has gone anywhere from the page that was opened first. */
  moved = false;
  #guard: Guard | null = null;
  /** Which entry of the history is shown, counted in the entries' own state: a step back can be told from one ahead. */
  #at = 0;
  /** A step that was asked for here is not asked about. */
  #ownStep = false;

  /** Starts listening to the browser's history and to clicks on links of our own origin. */
  start(): void {
    const kept = entryOf(history.state);
    if (kept === null) history.replaceState({ at: this.#at }, '');
    else this.#at = kept;
    addEventListener('popstate', ({ state }) => {
      this.#stepped(entryOf(state));
    });
    addEventListener('click', (event) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      if (!link || !isPlainClick(event) || !staysHere(link)) return;
      event.preventDefault();
      const go = (): void => {
        this.go(link.pathname + link.search);
      };
      if (this.#guard) this.#guard(go);
      else go();
    });
  }

  /** Has links and the browser's Back and Forward ask first, until the answer is called. `go` is never asked about. */
  hold(guard: Guard): () => void {
    this.#guard = guard;
    return () => {
      if (this.#guard === guard) this.#guard = null;
    };
  }

  go(to: string, options: { replace?: boolean } = {}): void {
    if (!options.replace) this.#at += 1;
    if (options.replace) history.replaceState({ at: this.#at }, '', to);
    else history.pushState({ at: this.#at }, '', to);
    this.#read();
    scrollTo(0, 0);
  }

  /** The browser has gone already: held, it is sent back to where the page is. */
  #stepped(at: number | null): void {
    if (location.pathname === this.path && location.search === this.search) {
      this.#ownStep = false;
      this.#at = at ?? this.#at;
      return;
    }
    const steps = (at ?? this.#at - 1) - this.#at;
    if (this.#ownStep || this.#guard === null || steps === 0) {
      this.#ownStep = false;
      this.#at += steps;
      this.#read();
      return;
    }
    this.#at += steps;
    this.#step(-steps);
    this.#guard(() => {
      this.#step(steps);
    });
  }

  #step(steps: number): void {
    this.#ownStep = true;
    history.go(steps);
  }

  #read(): void {
    this.moved = true;
    this.path = location.pathname;
    this.search = location.search;
  }
}

function entryOf(state: unknown): number | null {
  const at = typeof state === 'object' && state !== null && 'at' in state ? state.at : null;
  return typeof at === 'number' ? at : null;
}

function isPlainClick(event: MouseEvent): boolean {
  return (
    !event.defaultPrevented &&
    event.button === 0 &&
    !event.metaKey &&
    !event.ctrlKey &&
    !event.shiftKey &&
    !event.altKey
  );
}

function staysHere(link: HTMLAnchorElement): boolean {
  const elsewhere = (link.target !== '' && link.target !== '_self') || link.hasAttribute('download');
  return !elsewhere && link.origin === location.origin && !link.pathname.startsWith('/api/') && link.hash === '';
}

export const router = new Router();
