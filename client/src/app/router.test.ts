import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';

/** A browser's history, whose steps are done at once. */
class PlayedHistory {
  entries: { url: string; state: unknown }[] = [{ url: '/course/1', state: null }];
  index = 0;
  step: (event: { state: unknown }) => void = () => undefined;

  get state(): unknown {
    return this.entries[this.index]?.state;
  }
  get pathname(): string {
    return this.entries[this.index]?.url ?? '';
  }
  readonly search = '';

  replaceState(state: unknown, _title: string, url = this.pathname): void {
    this.entries[this.index] = { url, state };
  }
  pushState(state: unknown, _title: string, url: string): void {
    this.entries = [...this.entries.slice(0, this.index + 1), { url, state }];
    this.index += 1;
  }
  go(steps: number): void {
    this.index += steps;
    this.step({ state: this.state });
  }
}

const played = new PlayedHistory();
let router: Awaited<ReturnType<typeof load>>['router'];
const load = () => import('./router.svelte.ts');

beforeAll(async () => {
  vi.stubGlobal('history', played);
  vi.stubGlobal('location', played);
  vi.stubGlobal('scrollTo', () => undefined);
  vi.stubGlobal('addEventListener', (name: string, listener: PlayedHistory['step']) => {
    if (name === 'popstate') played.step = listener;
  });
  ({ router } = await load());
  router.start();
  router.go('/c/abcd');
  router.go('/class/1');
});
afterAll(() => vi.unstubAllGlobals());
beforeEach(() => {
  if (played.pathname !== '/class/1') router.go('/class/1');
});

it('follows the browser back and ahead where nobody holds it', () => {
  played.go(-1);
  expect(router.path).toBe('/c/abcd');
  played.go(1);
  expect(router.path).toBe('/class/1');
});

it.each([-1, -2])('stays on a step of %d where somebody holds it, and takes it once that is agreed to', (steps) => {
  const agreed: (() => void)[] = [];
  const release = router.hold((goOn) => agreed.push(goOn));
  played.go(steps);
  expect([router.path, played.pathname]).toEqual(['/class/1', '/class/1']);
  played.go(steps);
  expect([router.path, agreed.length]).toEqual(['/class/1', 2]);
  agreed[1]?.();
  expect(router.path).toBe(steps === -1 ? '/c/abcd' : '/course/1');
  expect(played.pathname).toBe(router.path);
  release();
});

it('asks nobody when the page itself goes on, nor once it is let go', () => {
  const release = router.hold(() => expect.unreachable());
  router.go('/');
  expect(router.path).toBe('/');
  release();
  played.go(-1);
  expect(router.path).toBe('/class/1');
});
