/** True when no control holds the focus: it went with the screen that held it. */
export function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

function focus(heading: HTMLElement): void {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** Puts a lost focus on the heading of the page, so that keyboard and screen reader go on from there. */
export function focusPageHeading(): void {
  const heading = document.querySelector('h1');
  if (heading && isFocusLost()) focus(heading);
}

/**
 * For the element that holds a new screen: the focus that the last one took with it goes to the heading as soon as there is
 * one, and to the next when that gives way, as one that says "Loading" does; unless the person has put it elsewhere meanwhile.
 */
export function headingFocus(screen: HTMLElement): () => void {
  let reached: HTMLElement | null = null;
  const observer = new MutationObserver(seek);
  function seek(): void {
    if (reached?.isConnected) return;
    reached = screen.querySelector('h1');
    if (reached && isFocusLost()) focus(reached);
  }
  observer.observe(screen, { childList: true, subtree: true });
  seek();
  return () => {
    observer.disconnect();
  };
}
