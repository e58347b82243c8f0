import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freeMediaPort } from './harness/bad-network.ts';
import { Classroom } from './harness/classroom.ts';
import { clips } from './harness/clips.ts';
import { datagrams, scoreOf, stopTakingPart, takePart, untilDatagram } from './harness/contributor.ts';
import { leakyBuild } from './harness/leaky-build.ts';
import { dataMessages, peerReports, type PeerReport } from './harness/probe.ts';
import { until } from './harness/until.ts';
import { byWindow, START_WITHIN_MS, WatchedStudent, type Watched } from './harness/watched-student.ts';

const WATCHED_MS = 5 * 60_000;
const LEAKS_WITHIN_MS = 90_000;
/** Packets of SCTP's own that are as large as one with a datagram: when the channel opens, and two a minute. */
const ALIKE_AT_FIRST = 2;
const ALIKE = 10;

let camera: string;
let classroom: Classroom;
/** Goes on while the leaks are tried: five minutes are long. */
let watching: Promise<Watched & Awaited<ReturnType<typeof lookBefore>>>;

beforeAll(async () => {
  camera = (await clips()).facing;
  const mediaPort = await freeMediaPort();
  classroom = await Classroom.build({
    startTimeoutMs: START_WITHIN_MS,
    environment: { LECTERN_WORKERS: '1', LECTERN_MEDIA_PORT: String(mediaPort) },
  });
  const ada = await classroom.instructor();
  await ada.startClass();
  const student = await WatchedStudent.join(classroom, mediaPort, camera);
  await student.person.sees('Ada Lovelace');
  await takePart(student.person);
  await untilDatagram(student.person, 'a score', (newest) => scoreOf(newest) !== null);
  watching = watch(student);
  // Waited for in the last test.
  watching.catch(() => undefined);
});

afterAll(() => classroom.close());

/** Five minutes of somebody who takes part, then the permission taken back and the browser closed. */
async function watch(student: WatchedStudent) {
  await setTimeout(WATCHED_MS);
  const before = await lookBefore(student);
  await stopTakingPart(student.person);
  await student.person.page.getByText('Stopped. No number leaves').first().waitFor();
  return { ...(await student.end()), ...before };
}

/** What is to be seen from inside while it runs. */
async function lookBefore({ person: { page } }: WatchedStudent) {
  const sentBefore = (await dataMessages(page)).length;
  const running = await peerReports(page);
  const sentAfter = (await dataMessages(page)).length;
  return { sentBefore, running, sentAfter, workers: page.workers().length, stored: await page.evaluate(whatIsStored) };
}

/** Takes part with a build that has this leak, until `caught` sees a sign of a guard, and gives all that left then. */
async function withLeak(
  leak: string,
  caught: (student: WatchedStudent) => Promise<boolean>,
): Promise<Watched & { readonly waysOut: readonly string[] }> {
  const build = await leakyBuild(leak);
  try {
    const student = await WatchedStudent.takePart(camera, build.environment);
    try {
      await until('the guard', () => caught(student), Boolean, LEAKS_WITHIN_MS);
      return { ...(await student.end()), waysOut: build.waysOut };
    } finally {
      await student.classroom.close();
    }
  } finally {
    await build.remove();
  }
}

const said = (pattern: RegExp) => (student: WatchedStudent) =>
  Promise.resolve(student.person.browser.errors.some((error) => pattern.test(error)));

/** Nothing left that the honest build would not have sent, whatever was tried. */
function expectNothingElse({ accounts, record, errors }: Watched): void {
  expect(accounts.rest).toEqual([]);
  expect(record.asked.filter(({ url }) => url.includes('pixels'))).toEqual([]);
  expect(errors.filter((error) => error.includes('planted leak: went out'))).toEqual([]);
}

describe('a leak in the worker is caught', () => {
  it.each(['fetch-in-worker', 'storage-in-worker'])(
    '%s: by the doors that are taken away at its start',
    async (leak) => {
      const seen = await withLeak(leak, said(/planted leak: ReferenceError: (fetch|caches) is not defined/));
      expectNothingElse(seen);
    },
  );

  it.each([
    ['fetch-in-worker-with-open-doors', 'connect-src'],
    ['websocket-in-worker-with-open-doors', 'connect-src'],
    ['import-with-query-in-worker', 'script-src-elem'],
    ['nested-worker-with-query-and-open-doors', 'worker-src'],
  ])('%s: by the browser, which holds to the policy that the server gives the worker', async (leak, directive) => {
    const seen = await withLeak(leak, said(new RegExp(`refused by ${directive} of default-src 'none'`)));
    expectNothingElse(seen);
    expect(seen.errors.join()).toMatch(/planted leak: (?!went out)/);
  });

  it('pixels-in-message: by the page, which ends a worker that says more than the protocol has', async () => {
    const seen = await withLeak('pixels-in-message', ({ person }) =>
      person.page.getByText('Taking part', { exact: true }).first().isHidden(),
    );
    expectNothingElse(seen);
    expect(seen.messages).toEqual([]);
  });
});

describe('a leak in the page is caught', () => {
  it('pixels-on-datagram: by the gate of the channel, and nothing leaves any more', async () => {
    const seen = await withLeak('pixels-on-datagram', said(/only the signal's datagrams may leave/));
    expectNothingElse(seen);
    expect(seen.messages).toEqual([]);
    expect(seen.accounts.datagrams).toBeLessThanOrEqual(ALIKE_AT_FIRST);
  });

  it('pixels-on-datagram-behind-gate: by the browser, since the server takes no larger message', async () => {
    const seen = await withLeak('pixels-on-datagram-behind-gate', said(/planted leak: (?!went out)/));
    expectNothingElse(seen);
    expect(seen.accounts.datagrams).toBeLessThanOrEqual(ALIKE_AT_FIRST);
  });

  it('second-channel: by the page’s own link, which opens one', async () => {
    const seen = await withLeak('second-channel', said(/planted leak: .*one data channel at most/));
    expectNothingElse(seen);
  });

  it('second-channel-by-hand: by the check of the sources, and by the accounts', async () => {
    const enough = async ({ person }: WatchedStudent) =>
      (await datagrams(person)).filter((one) => one === null).length > 40;
    const seen = await withLeak('second-channel-by-hand', enough);
    expect(seen.waysOut.join()).toContain('signal-channel.ts names createDataChannel');
    expect(seen.accounts.rest.join()).toMatch(/\d+ of datagrams by one transport/);
    expect(channelsOf(seen.reports)).toHaveLength(2);
  });

  it('fetch-in-page: by the check of the sources, and by the accounts', async () => {
    const seen = await withLeak('fetch-in-page', said(/\/api\/pixels/));
    expect(seen.waysOut.join()).toContain('own-measuring.svelte.ts names fetch');
    expect(seen.accounts.rest.join()).toContain('POST /api/pixels with a body of 64 bytes');
  });
});

describe('the build as it is', () => {
  it(
    'sends nothing in five minutes but one datagram of 16 bytes a window, and every other byte that leaves has its purpose',
    async () => {
      const seen = await watching;
      report(seen);

      expectNothingElse(seen);
      expect(seen.errors).toEqual([]);
      expect([seen.workers, seen.workersStarted]).toEqual([1, 1]);

      const sent = byWindow(seen.messages);
      expect(seen.messages.filter((hex) => hex.length !== 32)).toEqual([]);
      expect(sent.has(-1)).toBe(false);
      expect(sent.size).toBeGreaterThanOrEqual(58);
      expect(sent.size).toBeLessThanOrEqual(72);
      for (const [window, copies] of sent) {
        expect(new Set(copies).size, `window ${window}: one datagram`).toBe(1);
        expect(copies.length, `window ${window}: sent again`).toBeLessThanOrEqual(2);
      }

      // What the page says it sent, what its browser counted, and what the network process gave away are the same.
      const [channel, ...others] = channelsOf(seen.running);
      expect(others).toEqual([]);
      const counted = Number(channel?.['messagesSent']);
      expect(channel).toMatchObject({ label: 'signal', bytesSent: 16 * counted });
      expect(counted).toBeGreaterThanOrEqual(seen.sentBefore);
      expect(counted).toBeLessThanOrEqual(seen.sentAfter);
      expect(seen.accounts.datagrams).toBeGreaterThanOrEqual(seen.messages.length);
      expect(seen.accounts.datagrams).toBeLessThanOrEqual(seen.messages.length + ALIKE_AT_FIRST + ALIKE);
      expect(seen.running.map(({ purpose }) => purpose).sort()).toEqual(['receive', 'signal']);
      expect(seen.running.flatMap(({ entries }) => entries.filter(({ type }) => type === 'outbound-rtp'))).toEqual([]);

      expect(seen.stored).toMatchObject({ databases: [], caches: [], files: [] });
      expect(
        seen.stored.names.filter(
          (name) => !/^lectern\.(seat|code|name|devices|measured|language|class-screens|minutes)\b/.test(name),
        ),
      ).toEqual([]);
    },
    WATCHED_MS + 60_000,
  );
});

function channelsOf(reports: readonly PeerReport[]) {
  return reports.flatMap(({ entries }) => entries.filter(({ type }) => type === 'data-channel'));
}

/** In the page: all that this origin has kept, by name. */
async function whatIsStored() {
  const files: string[] = [];
  const root = await navigator.storage.getDirectory();
  for await (const name of (root as unknown as { keys(): AsyncIterable<string> }).keys()) files.push(name);
  return {
    databases: (await indexedDB.databases()).map(({ name }) => name ?? ''),
    caches: await caches.keys(),
    files,
    names: [...Object.keys(localStorage), ...Object.keys(sessionStorage)],
  };
}

/** The table that docs/privacy.md speaks of, on the console. */
function report({ accounts }: Watched): void {
  console.table(accounts.rows);
  const total = accounts.rows.reduce((sum, { bytes }) => sum + bytes, 0);
  console.info(`${total} bytes left in all, and ${accounts.rest.length} times something else`);
}
