import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeDatagram, WINDOW_MS } from '@lectern/contracts';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestClassroom } from '../signalling/test-classroom.ts';
import type { TestPage } from '../signalling/test-page.ts';
import { receiveStage, speakUntil, TestMicrophone, TestSignal } from '../signalling/test-peer.ts';
import { SupervisedAnalytics } from './analytics-process.ts';
import { createSignalRelay } from './signal-relay.ts';
import type { SignalRelay } from './signal-relay.ts';

const logger = pino({ level: 'silent' });
/** It is started again after a crash, and after it was missed twice. */
const WITHIN = { timeout: 90_000, interval: 50 };
const EMBEDDED = { clickhouseUrl: null, url: null, token: null, extraCaCerts: null };

let dataDir: string;
let analytics: SupervisedAnalytics;
let relay: SignalRelay;
let classroom: TestClassroom;
/** Held until the end: what nobody holds is collected with its tracks. */
const peers: object[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lectern-away-'));
  analytics = new SupervisedAnalytics({ dataDir, logLevel: 'warn', analytics: EMBEDDED }, logger);
  relay = createSignalRelay({ analytics: analytics.client, logger, now: () => performance.now() });
  classroom = await TestClassroom.open({ relay });
  await expect.poll(() => analytics.health().status, WITHIN).toBe('ok');
});
afterEach(async () => {
  peers.length = 0;
  await classroom.close();
  await relay.close();
  await analytics.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function contribute(page: TestPage): Promise<TestSignal> {
  await page.answerContribution();
  const signal = await TestSignal.open(page);
  peers.push(signal);
  return signal;
}

function score(window: number): Uint8Array {
  const outcome = { kind: 'score', score: 0.8 } as const;
  return encodeDatagram({ window, outcome, modelTag: 1 });
}

/** Resolves once the first window of the class is over. */
async function firstWindowOver(page: TestPage): Promise<void> {
  const clock = async () => (await page.ask('clock', {})).classClockMs;
  await expect.poll(clock, WITHIN).toBeGreaterThan(WINDOW_MS);
}

/** Joins and does what there is to do in a class, none of which needs analytics. */
async function takePart(late: TestPage, microphone: TestMicrophone, instructor: TestPage): Promise<void> {
  const { peer, packets } = await receiveStage(late);
  peers.push(peer);
  await speakUntil(microphone, () => packets() > 5);
  await late.ask('raise-hand', {});
  await instructor.saw('hands-changed', ({ count }) => count === 1);
  await late.ask('send-chat', { text: 'All goes on' });
  await instructor.saw('chat', ({ lines }) => lines.some((line) => line.includes('All goes on')));
}

it.each(['SIGKILL', 'SIGSTOP'] as const)(
  'a class goes on after a %s of analytics, and a score that came meanwhile is stored',
  { timeout: 180_000 },
  async (signal) => {
    const { detail, instructor, students } = await classroom.liveClass();
    const [student] = students as [TestPage];
    const microphone = await TestMicrophone.open(instructor);
    peers.push(microphone);
    const channel = await contribute(student);
    await firstWindowOver(student);
    const pid = analytics.pid!;
    process.kill(pid, signal);
    channel.send(score(0));
    await expect.poll(() => relay.figures().waiting, WITHIN).toBe(1);
    expect(student.count('signal-acknowledged')).toBe(0);
    await takePart(await classroom.connect(await classroom.guestSeat(detail, 'Late')), microphone, instructor);
    await expect.poll(() => student.count('signal-acknowledged'), WITHIN).toBe(1);
    expect(student.log).toContainEqual({ type: 'signal-acknowledged', stored: [0], notCounted: [] });
    expect([relay.figures().waiting, relay.figures().stored]).toEqual([0, 1]);
    expect(analytics.pid).not.toBe(pid);
  },
);
