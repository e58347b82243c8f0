import type { Page } from 'playwright-core';

/** Keeps, from the next load of the page on, each text that comes into a live region that nothing modal lies over. */
export async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard: string[] = [];
    Object.assign(globalThis, { __heard: heard });
    const observer = new MutationObserver((records) => {
      for (const { addedNodes } of records)
        for (const node of addedNodes) {
          const element = node instanceof Element ? node : node.parentElement;
          const region = element?.closest('[aria-live="polite"], [role="status"], [role="alert"]');
          const modal = [...document.querySelectorAll('dialog:modal')].at(-1);
          if (region && (modal === undefined || modal.contains(region))) heard.push(node.textContent ?? '');
        }
    });
    observer.observe(document, { childList: true, subtree: true });
  });
}

/** What a screen reader was given to read since then. */
export function heard(page: Page): Promise<string> {
  return page.evaluate(() => (globalThis as unknown as { __heard: string[] }).__heard.join('\n'));
}
