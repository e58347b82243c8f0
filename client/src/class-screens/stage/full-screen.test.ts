import { expect, it } from 'vitest';
import { FullScreen } from './full-screen.svelte.ts';

function browser(fullscreenEnabled: boolean) {
  const page = {
    fullscreenEnabled,
    fullscreenElement: null as Element | null,
    documentElement: {
      requestFullscreen: () => {
        page.fullscreenElement = {} as Element;
        return Promise.resolve();
      },
    },
    exitFullscreen: () => {
      page.fullscreenElement = null;
      return Promise.resolve();
    },
  };
  return page;
}

it('shows a tile alone, on the whole screen where the browser can, and ends both', () => {
  const page = browser(true);
  const fullScreen = new FullScreen(() => page);
  fullScreen.show('screen:1');
  fullScreen.changed();
  expect([fullScreen.tile, page.fullscreenElement]).toEqual(['screen:1', {}]);
  fullScreen.end();
  expect([fullScreen.tile, page.fullscreenElement]).toEqual([null, null]);
});

it('ends when the browser has ended it', () => {
  const page = browser(true);
  const fullScreen = new FullScreen(() => page);
  fullScreen.show('screen:1');
  page.fullscreenElement = null;
  fullScreen.changed();
  expect(fullScreen.tile).toBeNull();
});

it('shows it alone on the page of a browser without full screen', () => {
  const page = browser(false);
  const fullScreen = new FullScreen(() => page);
  fullScreen.show('screen:1');
  expect([fullScreen.tile, page.fullscreenElement]).toEqual(['screen:1', null]);
  fullScreen.end();
  expect(fullScreen.tile).toBeNull();
});

it('leaves a whole page alone that somebody has put on the screen without it', () => {
  const page = browser(true);
  page.fullscreenElement = {} as Element;
  new FullScreen(() => page).end();
  expect(page.fullscreenElement).toEqual({});
});
