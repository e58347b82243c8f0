import { matchRoute, type Match } from './routes.ts';

/** Where the reader is. Links inside the app change it without loading the page anew. */
class Router {
  path: string = $state(location.pathname);
  search: string = $state(location.search);
  match: Match = $derived(matchRoute(this.path));
  /** True once the reader has gone anywhere from the page that was opened first. */
  moved = false;

  /** Starts listening to the browser's history and to clicks on links of our own origin. */
  start(): void {
    addEventListener('popstate', () => {
      this.#read();
    });
    addEventListener('click', (event) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      if (!link || !isPlainClick(event) || !staysHere(link)) return;
      event.preventDefault();
      this.go(link.pathname + link.search);
    });
  }

  go(to: string, options: { replace?: boolean } = {}): void {
    if (options.replace) history.replaceState(null, '', to);
    else history.pushState(null, '', to);
    this.#read();
    scrollTo(0, 0);
  }

  #read(): void {
    this.moved = true;
    this.path = location.pathname;
    this.search = location.search;
  }
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
