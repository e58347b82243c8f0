import { createHook } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { setTimeout } from 'node:timers/promises';
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
/** What pages and server leave to run out by itself is over by then. */
const OVER_AFTER_MS = 30_000;

/** Emitters that anybody listened to; holds none of them. */
const emitters = new Set<WeakRef<EventEmitter>>();
/** By timer that is set, where that was: also of those for which the process would not wait. */
const timers = new Map<number, string>();
const hook = createHook({
  init: (id, type) => {
    if (type === 'Timeout') timers.set(id, new Error('set here').stack ?? '');
  },
  destroy: (id) => timers.delete(id),
});

type Listen = (this: EventEmitter, ...listener: Parameters<EventEmitter['on']>) => EventEmitter;

/** Takes note of every emitter that is listened to, until what it gives is called. */
function noteEmitters(): () => void {
  const known = new WeakSet<EventEmitter>();
  const { prototype } = EventEmitter;
  const restore = ['on', 'addListener', 'once', 'prependListener'].map((method) => {
    const before = Object.getOwnPropertyDescriptor(prototype, method) as { value: Listen };
    const value: Listen = function (...listener) {
      if (!known.has(this)) emitters.add(new WeakRef(this));
      known.add(this);
      return before.value.apply(this, listener);
    };
    Object.defineProperty(prototype, method, { ...before, value });
    return () => Object.defineProperty(prototype, method, before);
  });
  return () => {
    for (const each of restore) each();
  };
}

let classroom: TestClassroom;
let openTransports = 0;
let stopNoting = (): void => undefined;
beforeAll(async () => {
  stopNoting = noteEmitters();
  hook.enable();
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
afterAll(async () => {
  await classroom.close();
  hook.disable();
  stopNoting();
});

/** So many of these are still held by anything, the garbage collected. */
function held(of: object): number {
  return queryObjects(of as Parameters<typeof queryObjects>[0], { format: 'count' });
}

/** How many listen to each emitter that lives. */
function listeners(): Map<WeakRef<EventEmitter>, number> {
  const count = (emitter: EventEmitter | undefined) =>
    emitter?.eventNames().reduce((sum, event) => sum + emitter.listenerCount(event), 0) ?? 0;
  return new Map([...emitters].map((ref) => [ref, count(ref.deref())]));
}

/** Which of these emitters more listen to now. */
function listenedToMore(before: ReadonlyMap<WeakRef<EventEmitter>, number>): string[] {
  const now = listeners();
  return [...before]
    .map(([ref, count]) => ({ name: ref.deref()?.constructor.name, count, more: (now.get(ref) ?? 0) - count }))
    .filter(({ more }) => more > 0)
    .map(({ name, count, more }) => `${name ?? 'none'}: ${count} before, ${more} more now`);
}

it(
  'leaves nothing of those who come and go, neither open nor in memory, no timer and no listener',
  { timeout: 120_000 },
  async () => {
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
    const timersNow = async () => {
      // A pause of this kind has no timer of its own left once it is over.
      await setTimeout(250);
      return timers.size;
    };
    // What the first ones set up is there for all.
    await comeAndGo(1);
    await comeAndGo(2);
    await expect.poll(() => openTransports).toBe(1);
    const [timersBefore, listenersBefore] = [await timersNow(), listeners()];
    for (let from = 0; from < COMERS; from += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => comeAndGo(from + n)));
    await expect.poll(() => openTransports).toBe(1);
    const byMs = performance.now() + OVER_AFTER_MS;
    let isMore = true;
    while (isMore && performance.now() < byMs) {
      isMore = (await timersNow()) > timersBefore || listenedToMore(listenersBefore).length > 0;
    }
    expect(listenedToMore(listenersBefore)).toEqual([]);
    expect(timers.size <= timersBefore, `${timersBefore} before, now ${[...timers.values()].join('\n')}`).toBe(true);
    await expect.poll(() => held(SeatMedia), { timeout: 30_000, interval: 1_000 }).toBe(1);
    await expect.poll(() => held(Socket), { timeout: 30_000, interval: 1_000 }).toBe(1);
  },
);
