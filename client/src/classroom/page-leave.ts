function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** Has the browser ask before this page goes, reloaded or closed, until the answer is called. */
export function askBeforeLeaving(): () => void {
  addEventListener('beforeunload', ask);
  return leaveUnasked;
}

/** Lets the page go without a question: a reload that it needs, or that was just asked for. */
export function leaveUnasked(): void {
  removeEventListener('beforeunload', ask);
}
