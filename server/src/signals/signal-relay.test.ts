import { randomUUID } from 'node:crypto';
import { classIdSchema, contributorIdSchema, encodeDatagram, seatIdSchema, WINDOW_MS } from '@lectern/contracts';
import type { CloseWindowRequest, ClassId, Pacing, SignalRow } from '@lectern/contracts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnalyticsClient } from './analytics-client.ts';
import { AnalyticsUnavailable } from './analytics-client.ts';
import { createSignalRelay } from './signal-relay.ts';
import type { SignalRelay } from './signal-relay.ts';

/** An analytics process that remembers, and can be away. */
class FakeAnalytics implements AnalyticsClient {
  away = false;
  /** It takes a question and does not answer: the client gives up after five seconds. */
  hangs = false;
  /** Answers of ingest wait for this. */
  hold: Promise<void> = Promise.resolve();
  readonly rows: SignalRow[] = [];
  readonly requests: number[] = [];
  readonly closed: CloseWindowRequest[] = [];
  newest: number | null = null;
  /** Contributors of the newest closed window. */
  measured = 0;
  /** Classes whose live rows were dropped. */
  readonly dropped: string[] = [];

  async ingest(rows: readonly SignalRow[]) {
    await this.hold;
    await this.#reach();
    this.requests.push(rows.length);
    this.rows.push(...rows);
    return rows.map((row) => (row.window <= (this.newest ?? -1) ? ('not-counted' as const) : ('stored' as const)));
  }

  async closeWindow(request: CloseWindowRequest) {
    await this.#reach();
    this.closed.push(request);
    this.newest = request.window;
    const coverage = { window: request.window, measured: null, unclear: null, present: request.present };
    return { coverage, pacing: this.#pacing(request.minimumCohort) };
  }

  async pacing(_classId: string, minimumCohort: number) {
    await this.#reach();
    return this.#pacing(minimumCohort);
  }

  async newestClosed() {
    await this.#reach();
    return this.newest;
  }

  async dropLiveRows(classId: string) {
    await this.#reach();
    this.dropped.push(classId);
  }

  async eraseClass() {
    await Promise.resolve();
  }

  async health() {
    await Promise.resolve();
    return { status: 'ok' as const, store: 'chdb' as const, version: '0' };
  }

  async #reach(): Promise<void> {
    if (this.hangs) {
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      throw new AnalyticsUnavailable('hangs');
    }
    if (this.away) throw new AnalyticsUnavailable('away');
    await Promise.resolve();
  }

  #pacing(minimumCohort: number): Pacing {
    const lastMs = this.newest === null ? null : (this.newest + 1) * WINDOW_MS;
    const newest = { window: this.newest ?? 0, measured: this.measured, unclear: 0, present: 30 };
    const coverage = this.newest === null ? [] : [newest];
    const none = { modelTags: [], measured: null, current: null, readings: [], fine: [] };
    return { state: 'few', minimumCohort, lastMs, ...none, coverage };
  }
}

const contributor = (index: number) =>
  contributorIdSchema.parse(`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`);
const seat = (index: number) => seatIdSchema.parse(`00000000-0000-4000-9000-${String(index).padStart(12, '0')}`);
const datagram = (window: number, score = 0.5) =>
  encodeDatagram({ window, outcome: { kind: 'score', score }, modelTag: 1 });

describe('the signal relay', () => {
  let analytics: FakeAnalytics;
  let relay: SignalRelay;
  let classId: ClassId;
  let startedAtMs: number;
  /** For so long the process stood still; its timers fire after that. */
  let stoodStillMs: number;
  let endedAtMs: number | null;
  let pacings: Pacing[];
  let acknowledged: { seatId: string; stored: number[]; notCounted: number[] }[];

  beforeEach(() => {
    vi.useFakeTimers();
    analytics = new FakeAnalytics();
    relay = createSignalRelay({ analytics, logger: pino({ level: 'silent' }), now: nowMs });
    stoodStillMs = 0;
    classId = classIdSchema.parse(randomUUID());
    startedAtMs = performance.now();
    pacings = [];
    acknowledged = [];
    relay.on('pacing', (_class, pacing) => pacings.push(pacing));
    relay.on('acknowledged', (_class, seatId, stored, notCounted) => acknowledged.push({ seatId, stored, notCounted }));
  });
  afterEach(async () => {
    await relay.close();
    vi.useRealTimers();
  });

  const nowMs = () => performance.now() + stoodStillMs;

  /** Follows a class whose clock shows `clockMs`: one that comes back after a restart, or one that begins. */
  async function follow(clockMs = 0, { resumed } = { resumed: clockMs > 0 }): Promise<void> {
    startedAtMs = performance.now() - clockMs;
    endedAtMs = null;
    const clock = () => endedAtMs ?? nowMs() - startedAtMs;
    await relay.follow(classId, { clock, resumed, present: () => 30, minimumCohort: 10 });
  }
  /** Ends the class: its clock stands still. */
  function end(): Promise<void> {
    endedAtMs = performance.now() - startedAtMs;
    return relay.unfollow(classId);
  }
  /** Lets the class clock come to `clockMs`. */
  const until = (clockMs: number) => vi.advanceTimersByTimeAsync(startedAtMs + clockMs - performance.now());
  const send = (index: number, bytes: Uint8Array) => relay.accept(classId, contributor(index), seat(index), bytes);
  const windowsClosed = () => analytics.closed.map(({ window }) => window);

  it('hands over what came within a quarter of a second at once, and tells each seat once what is stored', async () => {
    await follow();
    await until(5_050);
    for (const index of [1, 2, 3]) send(index, datagram(0));
    expect(analytics.requests).toEqual([]);
    await until(5_350);
    expect(analytics.requests).toEqual([3]);
    expect(analytics.rows[0]).toEqual({
      classId,
      contributorId: contributor(1),
      window: 0,
      score: expect.closeTo(0.5, 4) as number,
      modelTag: 1,
    });
    expect(acknowledged).toEqual([1, 2, 3].map((index) => ({ seatId: seat(index), stored: [0], notCounted: [] })));
  });

  it('leaves a class alone that is removed with its figures while analytics is away', async () => {
    await follow();
    await until(7_000);
    analytics.away = true;
    send(1, datagram(0));
    const ended = end();
    await vi.advanceTimersByTimeAsync(4_000);
    await ended;
    const { requests, closed } = { requests: analytics.requests.length, closed: analytics.closed.length };
    expect(relay.figures().waiting).toBe(1);
    relay.abandon(classId);
    expect(relay.figures()).toMatchObject({ waiting: 0, oldestMs: null });
    analytics.away = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect([analytics.requests.length, analytics.closed.length]).toEqual([requests, closed]);
  });

  it('says how many scores wait, since when the oldest does, and how many came and are stored', async () => {
    await follow();
    await until(5_050);
    analytics.away = true;
    send(1, datagram(0));
    await vi.advanceTimersByTimeAsync(2_000);
    send(2, datagram(0));
    expect(relay.figures()).toMatchObject({ waiting: 2, oldestMs: 2_000, received: 2, stored: 0 });
    analytics.away = false;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(relay.figures()).toMatchObject({ waiting: 0, oldestMs: null, received: 2, stored: 2, failure: null });
  });

  it('acknowledges nothing before analytics has answered', async () => {
    await follow();
    let release = (): void => undefined;
    analytics.hold = new Promise((resolve) => {
      release = resolve;
    });
    await until(5_050);
    send(1, datagram(0));
    await until(6_500);
    expect(acknowledged).toEqual([]);
    release();
    await until(6_600);
    expect(acknowledged).toEqual([{ seatId: seat(1), stored: [0], notCounted: [] }]);
  });

  it('hands over nothing of a seat that took its permission back while analytics was away, and tells it so', async () => {
    await follow();
    await until(6_000);
    analytics.away = true;
    await until(10_050);
    for (const index of [1, 2]) send(index, datagram(1));
    await until(11_000);
    relay.forget(classId, seat(1));
    expect(acknowledged).toEqual([{ seatId: seat(1), stored: [], notCounted: [1] }]);
    analytics.away = false;
    await until(20_000);
    expect(analytics.rows.map(({ contributorId }) => contributorId)).toEqual([contributor(2)]);
  });

  it('hands over an abstention as no score and nothing else', async () => {
    await follow();
    await until(5_050);
    const outcome = { kind: 'abstain' } as const;
    const bytes = encodeDatagram({ window: 0, outcome, modelTag: 1 });
    send(1, bytes);
    await until(5_400);
    const row = { classId, contributorId: contributor(1), window: 0, score: null, modelTag: 1 };
    expect(analytics.rows).toEqual([row]);
    // A device that says why is not listened to, nor one that says more beside a score.
    send(2, Uint8Array.from(bytes).fill(8, 2, 3));
    for (const flags of [5, 6, 7]) send(3, datagram(0).fill(flags, 1, 2));
    await until(6_000);
    expect(analytics.rows).toEqual([row]);
    expect(relay.figures().dropped).toEqual({ malformed: 4 });
  });

  it('keeps the first of two values for one window', async () => {
    await follow();
    await until(5_050);
    send(1, datagram(0, 0.25));
    send(1, datagram(0, 1));
    await until(5_400);
    expect(analytics.rows).toHaveLength(1);
    expect(analytics.rows[0]?.score).toBeCloseTo(0.25, 4);
  });

  it('drops and counts what is malformed, from the future or of no class, and answers nothing to it', async () => {
    await follow();
    await until(5_050);
    send(1, new Uint8Array(15));
    send(1, datagram(0).fill(255));
    send(1, datagram(1));
    relay.accept(classIdSchema.parse(randomUUID()), contributor(1), seat(1), datagram(0));
    await until(5_600);
    expect(analytics.rows).toEqual([]);
    expect(acknowledged).toEqual([]);
    expect(relay.figures().dropped).toEqual({ malformed: 2, 'in the future': 1, 'unknown class': 1 });
  });

  it('takes a score whose device’s clock runs ahead by less than its error may be', async () => {
    await follow();
    await until(4_900);
    send(1, datagram(0));
    await until(5_300);
    expect(analytics.rows).toHaveLength(1);
  });

  it('does not count what is more than two minutes late, and tells so', async () => {
    await follow(125_001);
    send(1, datagram(0));
    send(1, datagram(1));
    await vi.advanceTimersByTimeAsync(300);
    expect(acknowledged).toContainEqual({ seatId: seat(1), stored: [], notCounted: [0] });
    expect(analytics.rows.map(({ window }) => window)).toEqual([1]);
  });

  it('takes a backlog of two minutes from one device, and no flood', async () => {
    await follow(130_000);
    for (let window = 2; window <= 25; window += 1) send(1, datagram(window));
    await vi.advanceTimersByTimeAsync(300);
    expect(analytics.rows).toHaveLength(24);
    for (let count = 0; count < 1_000; count += 1) send(1, datagram(25));
    expect(relay.figures().dropped['too frequent']).toBeGreaterThanOrEqual(960);
    send(2, datagram(25));
    await vi.advanceTimersByTimeAsync(300);
    expect(analytics.rows.at(-1)?.contributorId).toBe(contributor(2));
  });

  it('survives 100,000 forged datagrams and lets none of them through', async () => {
    await follow(60_000);
    let state = 1;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let count = 0; count < 100_000; count += 1) {
      const bytes = Uint8Array.from({ length: Math.floor(random() * 24) }, () => Math.floor(random() * 256));
      send(count % 5_000, bytes);
    }
    await vi.advanceTimersByTimeAsync(300);
    expect(analytics.rows).toEqual([]);
    expect(relay.figures()).toMatchObject({ waiting: 0, failure: null });
  });

  describe('closing windows', () => {
    it('closes each 700 ms after its end, after what came for it is handed over', async () => {
      await follow();
      await until(5_650);
      send(1, datagram(0));
      await until(5_699);
      expect(windowsClosed()).toEqual([]);
      await until(5_701);
      expect(analytics.rows).toHaveLength(1);
      expect(analytics.closed).toEqual([{ classId, window: 0, present: 30, minimumCohort: 10 }]);
      await until(20_701);
      expect(windowsClosed()).toEqual([0, 1, 2, 3]);
      expect(pacings.map(({ lastMs }) => lastMs)).toEqual([5_000, 10_000, 15_000, 20_000]);
    });

    it('reads first what came while the process stood still', async () => {
      await follow();
      await until(5_000);
      stoodStillMs = 1_000;
      await vi.advanceTimersByTimeAsync(701);
      expect(windowsClosed()).toEqual([]);
      send(1, datagram(0));
      await vi.advanceTimersByTimeAsync(300);
      expect(windowsClosed()).toEqual([0]);
      expect(analytics.rows.map(({ window }) => window)).toEqual([0]);
      expect(acknowledged).toEqual([{ seatId: seat(1), stored: [0], notCounted: [] }]);
      // It is late once, and no later for the next.
      await vi.advanceTimersByTimeAsync(3_700);
      expect(windowsClosed()).toEqual([0, 1]);
    });

    it('says once that figures catch up while analytics is away, then closes in order with the scores that waited', async () => {
      await follow();
      await until(6_000);
      analytics.away = true;
      for (let window = 1; window < 8; window += 1) {
        await until((window + 1) * 5_000 + 100);
        send(1, datagram(window));
      }
      await until(41_000);
      expect(pacings.map(({ state }) => state)).toEqual(['few', 'catching-up']);
      expect(pacings.at(-1)?.lastMs).toBe(5_000);
      expect((await relay.pacing(classId)).state).toBe('catching-up');
      expect(relay.figures()).toMatchObject({ waiting: 7, failure: 'away' });
      analytics.away = false;
      await until(50_000);
      expect(analytics.rows.map(({ window }) => window)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(windowsClosed()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      expect(acknowledged.flatMap(({ stored }) => stored)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(acknowledged.flatMap(({ notCounted }) => notCounted)).toEqual([]);
      expect(pacings.at(-1)?.state).toBe('few');
      expect(relay.figures()).toMatchObject({ waiting: 0, failure: null });
    });

    it('does not count scores that waited for more than two minutes', async () => {
      await follow();
      analytics.away = true;
      await until(5_100);
      send(1, datagram(0));
      await until(124_500);
      expect(acknowledged).toEqual([]);
      await until(135_000);
      expect(acknowledged).toEqual([{ seatId: seat(1), stored: [], notCounted: [0] }]);
      expect(relay.figures().waiting).toBe(0);
    });

    it('goes on after a restart where it was, ten seconds later, so that people can send again', async () => {
      analytics.newest = 10;
      await follow(62_000);
      await until(65_000);
      send(1, datagram(11));
      await until(71_999);
      expect(windowsClosed()).toEqual([]);
      await until(72_100);
      expect(windowsClosed()).toEqual([11, 12, 13]);
      await until(75_800);
      expect(windowsClosed()).toEqual([11, 12, 13, 14]);
      expect(acknowledged).toContainEqual({ seatId: seat(1), stored: [11], notCounted: [] });
    });

    it('waits longer after a restart for those who contributed before, but not for ever', async () => {
      analytics.newest = 10;
      analytics.measured = 2;
      await follow(62_000);
      await until(65_000);
      send(1, datagram(11));
      await until(90_000);
      expect(windowsClosed()).toEqual([]);
      expect((await relay.pacing(classId)).state).toBe('catching-up');
      send(2, datagram(11));
      await until(91_000);
      expect(windowsClosed()[0]).toBe(11);
      expect(acknowledged.flatMap(({ stored }) => stored)).toEqual([11, 11]);
      expect((await relay.pacing(classId)).state).toBe('few');
    });

    it('closes windows after a restart when somebody does not come back', async () => {
      analytics.newest = 10;
      analytics.measured = 2;
      await follow(62_000);
      send(1, datagram(11));
      await until(106_900);
      expect(windowsClosed()).toEqual([]);
      await until(107_600);
      expect(windowsClosed()[0]).toBe(11);
    });

    it('asks again when analytics was not up yet', async () => {
      analytics.away = true;
      analytics.newest = 3;
      await follow(1_000);
      await until(24_000);
      analytics.away = false;
      await until(31_000);
      expect(windowsClosed()).toEqual([4, 5]);
    });

    it('goes back no further than two minutes', async () => {
      analytics.newest = 3;
      await follow(3_600_000);
      await until(3_611_000);
      expect(windowsClosed()[0]).toBe(697);
      expect(windowsClosed().at(-1)).toBe(721);
    });

    it.each(['away', 'hangs'] as const)(
      'bears ten minutes without analytics (%s): holds two minutes of scores, loses none that it acknowledged, and catches up',
      async (how) => {
        const SEATS = 300;
        const WINDOWS = 600_000 / WINDOW_MS;
        const HELD_WINDOWS = 120_000 / WINDOW_MS;
        await follow();
        await until(6_000);
        analytics[how] = true;
        let mostWaiting = 0;
        let mostTimers = 0;
        for (let window = 1; window <= WINDOWS; window += 1) {
          await until((window + 1) * WINDOW_MS + 100);
          for (let index = 0; index < SEATS; index += 1) send(index, datagram(window));
          mostWaiting = Math.max(mostWaiting, relay.figures().waiting);
          mostTimers = Math.max(mostTimers, vi.getTimerCount());
          // Whoever opens the pacing view waits for nobody, and sees why it stands still.
          if (window > 3) expect((await relay.pacing(classId)).state).toBe('catching-up');
        }
        // One try more, of ten seconds at the most, until what is too late is taken out.
        expect(mostWaiting).toBeLessThanOrEqual((HELD_WINDOWS + 3) * SEATS);
        expect(mostTimers).toBeLessThan(10);
        expect([analytics.rows, acknowledged.flatMap(({ stored }) => stored)]).toEqual([[], []]);
        expect(pacings.map(({ state }) => state)).toEqual(['few', 'catching-up']);
        analytics[how] = false;
        await until(616_000);
        expect(relay.figures()).toMatchObject({ waiting: 0, failure: null, dropped: {}, received: WINDOWS * SEATS });
        expect(pacings.at(-1)?.state).toBe('few');
        const told = (kind: 'stored' | 'notCounted') =>
          acknowledged.flatMap((told) => told[kind].map((window) => `${told.seatId} ${window}`));
        const stored = analytics.rows.map(({ contributorId, window }) => {
          const index = Number(contributorId.slice(-12));
          return `${seat(index)} ${window}`;
        });
        expect(new Set(told('stored'))).toEqual(new Set(stored));
        // Each score is answered, once.
        expect(new Set([...told('stored'), ...told('notCounted')]).size).toBe(WINDOWS * SEATS);
        expect(told('stored').length + told('notCounted').length).toBe(WINDOWS * SEATS);
        // All of the last two minutes, but for the seconds until analytics is asked again.
        const oldest = Math.min(...analytics.rows.map(({ window }) => window));
        expect(oldest).toBeLessThanOrEqual(WINDOWS - HELD_WINDOWS + 3);
        expect(analytics.rows).toHaveLength((WINDOWS + 1 - oldest) * SEATS);
      },
    );

    it('passes over what is too late after an outage, and closes no window more than two minutes after its end', async () => {
      await follow();
      await until(6_000);
      analytics.away = true;
      for (let window = 1; window < 120; window += 1) {
        await until((window + 1) * 5_000 + 100);
        send(1, datagram(window));
      }
      await until(606_000);
      analytics.away = false;
      await until(612_000);
      const [first, ...afterwards] = windowsClosed();
      expect(first).toBe(0);
      expect(afterwards[0]).toBeGreaterThanOrEqual(97);
      expect(afterwards[0]).toBeLessThanOrEqual(98);
      expect(afterwards).toEqual(afterwards.map((_, index) => (afterwards[0] ?? 0) + index));
      expect(afterwards.at(-1)).toBe(121);
      expect(pacings.at(-1)?.state).toBe('few');
    });

    it('begins with the running window, at once, where the signal is switched on during a class', async () => {
      await follow(1_802_000, { resumed: false });
      expect((await relay.pacing(classId)).state).toBe('few');
      await until(1_805_100);
      send(1, datagram(360));
      await until(1_805_800);
      expect(windowsClosed()).toEqual([360]);
      await until(1_816_000);
      expect(windowsClosed()).toEqual([360, 361, 362]);
      expect(pacings.map(({ state }) => state)).toEqual(['few', 'few', 'few']);
      expect(acknowledged).toEqual([{ seatId: seat(1), stored: [360], notCounted: [] }]);
    });

    it('closes what has ended when the class ends, without waiting, and then has the live rows dropped', async () => {
      await follow();
      await until(10_100);
      send(1, datagram(1));
      const ended = end();
      expect(analytics.dropped).toEqual([]);
      await until(10_300);
      await ended;
      expect(windowsClosed()).toEqual([0, 1]);
      expect(analytics.dropped).toEqual([classId]);
      expect(analytics.rows).toHaveLength(1);
      await until(60_000);
      expect(windowsClosed()).toEqual([0, 1]);
    });

    it('lets a class end in time while analytics is away, and closes its last windows in the background', async () => {
      await follow();
      await until(6_000);
      analytics.away = true;
      await until(10_100);
      send(1, datagram(1));
      const ended = end();
      await until(13_200);
      await ended;
      expect(windowsClosed()).toEqual([0]);
      expect(analytics.dropped).toEqual([]);
      analytics.away = false;
      await until(20_000);
      expect(windowsClosed()).toEqual([0, 1]);
      expect(analytics.dropped).toEqual([classId]);
    });

    it('gives up an ended class two minutes after its end, though its clock stands still', async () => {
      await follow();
      await until(6_000);
      analytics.away = true;
      const ended = end();
      await until(9_200);
      await ended;
      expect(vi.getTimerCount()).toBeGreaterThan(0);
      await until(140_000);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('stops what it does for ended classes when it is closed', async () => {
      await follow();
      await until(6_000);
      analytics.away = true;
      const ended = end();
      await until(9_200);
      await ended;
      await relay.close();
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  it('gives the pacing view to who joins without asking again, and says catching up before the first answer', async () => {
    analytics.away = true;
    await follow();
    expect(await relay.pacing(classId)).toMatchObject({ state: 'catching-up', minimumCohort: 10, lastMs: null });
    analytics.away = false;
    expect(await relay.pacing(classId)).toMatchObject({ state: 'few' });
  });

  it('leaves no timer behind when it is closed', async () => {
    await follow();
    await until(5_050);
    send(1, datagram(0));
    await relay.close();
    expect(analytics.rows).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
