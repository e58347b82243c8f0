import { expect, it } from 'vitest';
import { ASKED_TOGETHER, LINK_LOOK_MS, LinkRound, LONGEST_APART_MS } from './link-round.ts';

/** Links of one worker or several, whose answers come before the next look unless the worker stands still. */
class Audience {
  /** By link, when it was asked. */
  readonly asked = new Map<object, number[]>();
  readonly perLook: number[] = [];
  readonly standing = new Set<object>();
  readonly #links = new Map<object, object>();
  readonly #round: LinkRound<object, object>;
  nowMs = 0;

  constructor() {
    this.#round = new LinkRound<object, object>({
      links: () => this.#links.entries(),
      workerOf: (link) => this.#links.get(link) ?? {},
      ask: (link, worker) => {
        this.asked.set(link, [...(this.asked.get(link) ?? []), this.nowMs]);
        return this.standing.has(worker) ? new Promise<void>(() => undefined) : Promise.resolve();
      },
    });
  }

  open(count: number, worker: object = {}): object[] {
    const links = Array.from({ length: count }, () => ({}));
    for (const link of links) this.#links.set(link, worker);
    return links;
  }

  close(links: readonly object[]): void {
    for (const link of links) this.#links.delete(link);
  }

  count(): number {
    return [...this.asked.values()].reduce((sum, times) => sum + times.length, 0);
  }

  async pass(ms: number, everyMs = LINK_LOOK_MS): Promise<void> {
    for (const untilMs = this.nowMs + ms; this.nowMs < untilMs;) {
      this.nowMs += everyMs;
      const before = this.count();
      this.#round.look(this.nowMs);
      this.perLook.push(this.count() - before);
      await Promise.resolve();
      await Promise.resolve();
    }
  }

  /** The longest time from one question to the next, over all links that were asked twice or more. */
  longestMs(): number {
    return Math.max(
      ...[...this.asked.values()].flatMap((times) => times.slice(1).map((at, index) => at - times[index]!)),
    );
  }
}

it.each([1, 30, 60, 2_000, 4_000])('asks each of %i links once in 0.8 s, a few at a time', async (size) => {
  const audience = new Audience();
  audience.open(size);
  await audience.pass(1_000);
  audience.perLook.length = 0;
  await audience.pass(8_000);
  expect(audience.asked.size).toBe(size);
  const apartMs = size * LINK_LOOK_MS < ASKED_TOGETHER * 800 ? LONGEST_APART_MS : LINK_LOOK_MS;
  expect(audience.longestMs()).toBeLessThanOrEqual(800 + apartMs);
  expect(Math.max(...audience.perLook)).toBeLessThanOrEqual(Math.ceil((size * apartMs) / 800));
  // No more often than once in a tenth of a second where few are due.
  expect(audience.perLook.filter((count) => count > 0).length).toBeLessThanOrEqual(8_000 / apartMs);
});

it('asks no more than five thousand a second of all workers together: ten thousand take two seconds', async () => {
  const audience = new Audience();
  for (let count = 0; count < 10; count += 1) audience.open(1_000);
  await audience.pass(2_000);
  expect(audience.asked.size).toBe(10_000);
  audience.perLook.length = 0;
  await audience.pass(10_000);
  expect(Math.max(...audience.perLook)).toBe(100);
  expect(audience.longestMs()).toBeLessThanOrEqual(2_000 + LINK_LOOK_MS);
});

it('lets no link wait for those that open beside it: a hundred are asked as often while 760 more come each second', async () => {
  const audience = new Audience();
  audience.open(100);
  await audience.pass(2_000);
  for (let look = 0; look < 100; look += 1) {
    audience.open(15);
    await audience.pass(LINK_LOOK_MS);
  }
  expect(audience.longestMs()).toBeLessThanOrEqual(800 + LONGEST_APART_MS);
});

it.each([
  [1, 0, 0],
  [1, 0, 3],
  [10, 10, 1_990],
  [200, 10, 3_800],
])(
  'asks %i that have just opened within a quarter of a second, and %i that closed no more, beside %i others',
  async (opening, going, staying) => {
    const audience = new Audience();
    const [closing] = [audience.open(going), audience.open(staying)];
    await audience.pass(5_000);
    audience.close(closing);
    const opened = audience.open(opening);
    const openedMs = audience.nowMs;
    await audience.pass(LINK_LOOK_MS * 12);
    for (const link of opened) expect(audience.asked.get(link)).toHaveLength(1);
    await audience.pass(2_000);
    for (const link of closing) expect(audience.asked.get(link)?.every((at) => at <= openedMs + 200)).toBe(true);
  },
);

it.each([
  [3_000, 250],
  [10, 10],
])('of %i links asks %i at once at most when the event loop was late', async (size, most) => {
  const audience = new Audience();
  audience.open(size);
  await audience.pass(1_000);
  await audience.pass(2_000, 2_000);
  expect(audience.perLook.at(-1)).toBe(most);
});

it('asks a worker that stands still for five hundred answers, and the others as before', async () => {
  const audience = new Audience();
  const [still, runs] = [{}, {}];
  const [silent, answering] = [audience.open(1_500, still), audience.open(1_500, runs)];
  await audience.pass(1_000);
  audience.standing.add(still);
  audience.asked.clear();
  await audience.pass(4_000);
  const asked = (links: readonly object[]) => links.flatMap((link) => audience.asked.get(link) ?? []).length;
  expect(asked(silent)).toBe(500);
  expect(asked(answering)).toBe(1_500 * 5);
});
