import { queryObjects } from 'node:v8';
import { observer } from 'mediasoup';
import { Socket } from 'socket.io';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SeatMedia } from './seat-media.ts';
import { TestClassroom } from '../signalling/test-classroom.ts';
import { microphoneParameters } from '../signalling/test-peer.ts';

const COMERS = 40;
const AT_ONCE = 10;
/** Whoever is lost rather than leaving keeps the place so long. */
const GRACE_MS = 50;

let classroom: TestClassroom;
let openTransports = 0;
beforeAll(async () => {
  observer.once('newworker', (worker) => {
    worker.observer.on('newrouter', (router) => {
      router.observer.on('newtransport', (transport) => {
        if (transport.type !== 'webrtc') return;
        openTransports += 1;
        transport.observer.once('close', () => (openTransports -= 1));
      });
    });
  });
  classroom = await TestClassroom.open({ limits: { graceMs: GRACE_MS } });
});
afterAll(() => classroom.close());

/** So many of these are still held by anything, the garbage collected. */
function held(of: object): number {
  return queryObjects(of as Parameters<typeof queryObjects>[0], { format: 'count' });
}

it('leaves nothing of those who come and go, neither open nor in memory', { timeout: 60_000 }, async () => {
  const { detail, instructor } = await classroom.liveClass([]);
  const { transportId } = await instructor.ask('open-transport', { purpose: 'stage' });
  const microphone = { source: 'microphone', kind: 'audio', rtpParameters: microphoneParameters(1111) } as const;
  await instructor.ask('produce', { transportId, ...microphone });
  const comeAndGo = async (n: number) => {
    const page = await classroom.connect(await classroom.guestSeat(detail, `Guest ${n}`));
    const receiving = await page.ask('open-transport', { purpose: 'receive' });
    const { rtpCapabilities } = page.snapshot;
    const { consumers } = await page.ask('receive', { transportId: receiving.transportId, rtpCapabilities });
    expect(consumers).toHaveLength(1);
    await page.answerContribution();
    await page.ask('open-transport', { purpose: 'signal' });
    await page.ask('raise-hand', {});
    await page.ask('send-chat', { text: `I am number ${n}` });
    // One half says goodbye, the other half is lost.
    if (n % 2 === 0) await page.ask('leave', {});
    page.close();
  };
  for (let from = 0; from < COMERS; from += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => comeAndGo(from + n)));
  await expect.poll(() => openTransports).toBe(1);
  await expect.poll(() => held(SeatMedia), { timeout: 30_000, interval: 1_000 }).toBe(1);
  await expect.poll(() => held(Socket), { timeout: 30_000, interval: 1_000 }).toBe(1);
});
