import { createSocket } from 'node:dgram';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FloodLimits } from '../config/limits.ts';
import { TestClassroom } from './test-classroom.ts';
import type { TestPage } from './test-page.ts';
import { receiveStage, speakUntil, TestMicrophone, TestSignal } from './test-peer.ts';
import type { TestTransport } from './test-transport.ts';

/** How soon a flood is cut is tried in flood-watch.test.ts by the watch's own clock: a machine that tests other things meanwhile is late. */
const CUT_AT_ALL_MS = 20_000;

let classroom: TestClassroom;
const timers: NodeJS.Timeout[] = [];
/** Held until the end: what nobody holds is collected with its tracks. */
const peers: TestTransport[] = [];
beforeAll(async () => {
  classroom = await TestClassroom.open();
});
afterEach(() => {
  for (const timer of timers.splice(0)) clearInterval(timer);
});
afterAll(() => classroom.close());

/** Does it so often, again and again. */
function often(times: number, act: () => void, everyMs = 1): void {
  timers.push(
    setInterval(() => {
      try {
        for (let count = 0; count < times; count += 1) act();
      } catch {
        // The link is cut: that is what is tested.
      }
    }, everyMs),
  );
}

/** A signal link, and a stream of it that nobody reads from: what comes there never reaches the server. */
async function contributing(student: TestPage) {
  await student.answerContribution();
  const signal = await TestSignal.open(student);
  peers.push(signal.peer);
  const other = signal.peer.peer.createDataChannel('other', { negotiated: true, id: 7, unordered: true });
  await new Promise<void>((resolve) => {
    other.onOpen(resolve);
  });
  return { signal, other };
}

async function onStage(instructor: TestPage, student: TestPage): Promise<void> {
  await instructor.ask('invite-to-stage', { seatId: student.seat.seatId });
  await student.saw('invited');
  await student.ask('answer-invitation', { accept: true });
}

/** A teacher who speaks, and somebody who counts what arrives of it. */
async function heardTeacher(instructor: TestPage, listener: TestPage) {
  const microphone = await TestMicrophone.open(instructor);
  const { packets, peer } = await receiveStage(listener);
  peers.push(peer, microphone.peer);
  await speakUntil(microphone, () => packets() > 10);
  let from = -1;
  const hasSettled = () => {
    const before = from;
    from = packets();
    return before === from;
  };
  await expect.poll(hasSettled).toBe(true);
  let sent = 0;
  timers.push(
    setInterval(() => {
      microphone.send();
      sent += 1;
    }, 20),
  );
  return { lost: () => sent - (packets() - from), sent: () => sent };
}

it('cuts a student on the stage who sends a hundred times the packets, and nobody else loses one', async () => {
  const { instructor, students } = await classroom.liveClass(['Flood', 'Listener']);
  const [flood, listener] = students as [TestPage, TestPage];
  const teacher = await heardTeacher(instructor, listener);
  await onStage(instructor, flood);
  const microphone = await TestMicrophone.open(flood, 3333);
  peers.push(microphone.peer);
  await instructor.saw('stage-changed', ({ stage }) => stage.length === 2);
  const seen = flood.log.length;
  often(5, () => {
    microphone.send();
  });
  await flood.saw('on-stage', ({ onStage: is }) => !is, seen);
  await expect.poll(() => teacher.sent()).toBeGreaterThan(100);
  await expect.poll(() => teacher.lost()).toBe(0);
  // Invited again at once, it opens no link to flood.
  await onStage(instructor, flood);
  expect(await flood.refusal('open-transport', { purpose: 'stage' })).toBe('too-many');
  expect(await flood.refusal('open-transport', { purpose: 'receive' })).toBeNull();
});

it('cuts a signal link that floods beside its channel, too', { timeout: 30_000 }, async () => {
  const { instructor, students } = await classroom.liveClass(['Flood', 'Listener']);
  const [flood, listener] = students as [TestPage, TestPage];
  const teacher = await heardTeacher(instructor, listener);
  const { signal, other } = await contributing(flood);
  often(5, () => {
    other.sendMessageBinary(Buffer.alloc(60));
  });
  await expect.poll(() => signal.peer.peer.state(), { timeout: CUT_AT_ALL_MS }).not.toBe('connected');
  await expect.poll(() => teacher.lost()).toBe(0);
  expect(await flood.refusal('open-transport', { purpose: 'signal' })).toBe('too-many');
});

it('loses nobody’s sound while a stranger throws garbage at the media port', async () => {
  const { instructor, students } = await classroom.liveClass(['Listener']);
  const [listener] = students as [TestPage];
  const teacher = await heardTeacher(instructor, listener);
  const socket = createSocket('udp4');
  const { port } = classroom.media.workers()[0] ?? {};
  let thrown = 0;
  often(10, () => {
    socket.send(Buffer.alloc(200, thrown), port, '127.0.0.1');
    thrown += 1;
  });
  await expect.poll(() => thrown, { timeout: 20_000 }).toBeGreaterThan(15_000);
  await expect.poll(() => teacher.lost()).toBe(0);
  socket.close();
});

describe('a limit on floods that is set', { timeout: 60_000 }, () => {
  let own: TestClassroom;
  afterEach(() => own.close());

  /** A class with these limits, and somebody who is about to do what the others allow. */
  async function classWith(floodLimits: Partial<FloodLimits>) {
    own = await TestClassroom.open({ floodLimits });
    const { instructor, students } = await own.liveClass(['Flood']);
    return { instructor, flood: students[0]! };
  }

  it.each<[string, Partial<FloodLimits>]>([
    ['packets of sound', { audioPacketsPerSecond: 100 }],
    ['bytes from the stage', { stageBytesPerSecond: 4_000 }],
  ])('cuts by it: %s', async (_, limits) => {
    const { instructor, flood } = await classWith(limits);
    await onStage(instructor, flood);
    const microphone = await TestMicrophone.open(flood, 3333);
    peers.push(microphone.peer);
    const seen = flood.log.length;
    // Two hundred packets, 12 kB a second.
    often(1, () => microphone.send(), 5);
    await flood.saw('on-stage', ({ onStage: is }) => !is, seen);
  });

  it('cuts by it: bytes of any other link', async () => {
    const { flood } = await classWith({ audienceBytesPerSecond: 4_000 });
    const { signal, other } = await contributing(flood);
    // Some 8 kB a second with all headers.
    often(1, () => other.sendMessageBinary(Buffer.alloc(60)), 15);
    await expect.poll(() => signal.peer.peer.state(), { timeout: CUT_AT_ALL_MS }).not.toBe('connected');
    expect(await flood.refusal('open-transport', { purpose: 'signal' })).toBe('too-many');
  });

  it('cuts by it: datagrams; and another link is opened once the time that is set is over', async () => {
    const { flood } = await classWith({ datagramsPerSecond: 10, barMs: 1_000 });
    const { signal } = await contributing(flood);
    for (let sent = 0; sent < 11; sent += 1) signal.send(Buffer.alloc(16));
    await expect.poll(() => signal.peer.peer.state(), { timeout: CUT_AT_ALL_MS }).not.toBe('connected');
    expect(own.signals.accepted.length).toBe(10);
    const open = () => flood.refusal('open-transport', { purpose: 'signal' });
    expect(await open()).toBe('too-many');
    await expect.poll(open, { interval: 250, timeout: 10_000 }).toBeNull();
  });
});
