import { randomUUID } from 'node:crypto';
import { seatIdSchema } from '@lectern/contracts';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import type { types } from 'mediasoup';
import type { Audience } from './audience.ts';
import { isLayered } from './congestion-control.ts';
import { NarrowLinks } from './narrow-links.ts';
import { SeatMedia } from './seat-media.ts';
import type { SeatConsumer } from './seat-media.ts';

const LAYERS = { spatialLayer: 2, temporalLayer: 2 };
const CAMERA = {
  ...{ type: 'simulcast', paused: false, producerPaused: false, score: { producerScore: 10 } },
  ...{ preferredLayers: LAYERS, currentLayers: LAYERS },
};
const VOICE = { type: 'simple', paused: false, producerPaused: false, score: { producerScore: 10 } };
const MINUTE_MS = 60_000;

const kept = (consumer: object, heldBack = false) => ({
  consumer,
  control: { wanted: true, heldBack, layered: isLayered(consumer as types.Consumer) },
});

/** A seat that receives these over a worker whose budget, and whose core, are used up to these shares. */
function seatWith(consumers: readonly object[], { pressure = 0.5, cpuShare = 0.4 } = {}): SeatMedia {
  const seat = new SeatMedia(seatIdSchema.parse(randomUUID()), true);
  const usage = { cpuShare, mediaShare: 0, residentBytes: 0 };
  const worker = { load: { perSecond: pressure * 1_000 }, cost: { budgetPerSecond: 1_000 }, usage };
  const byId = new Map(consumers.map((consumer) => [randomUUID(), kept(consumer)]));
  Object.assign(seat, { receive: { router: { worker }, consumers: byId } });
  return seat;
}

function linksWith() {
  const reopen = vi.fn<Audience['reopen']>(() => Promise.resolve());
  return { reopen, links: new NarrowLinks({ reopen } as unknown as Audience, pino({ enabled: false })) };
}

it('opens what has layers anew, once for each seat', async () => {
  const { reopen, links } = linksWith();
  const [seat, other] = [seatWith([VOICE, CAMERA]), seatWith([CAMERA])];
  for (const each of [seat, seat, other]) links.note(each, 'fair', 0);
  await expect.poll(() => reopen.mock.calls.length).toBe(2);
  expect(reopen.mock.calls[0]).toEqual([seat, [kept(CAMERA)]]);
  expect(reopen.mock.calls[1]?.[0]).toBe(other);
  links.note(seat, 'poor', 0);
  const last = seatWith([CAMERA]);
  links.note(last, 'poor', 0);
  await expect.poll(() => reopen.mock.calls.length).toBe(3);
  expect(reopen.mock.calls[2]?.[0]).toBe(last);
});

it.each([
  ['the presenter\u2019s own link loses packets', seatWith([{ ...CAMERA, score: { producerScore: 9 } }])],
  [
    'nothing is sent',
    seatWith([
      { ...CAMERA, paused: true },
      { ...VOICE, producerPaused: true },
    ]),
  ],
  ['the worker has no room for it', seatWith([CAMERA], { pressure: 0.95 })],
  ['the worker is busy with people who come in', seatWith([CAMERA], { cpuShare: 0.9 })],
])('changes nothing while %s, and asks again when it is told again', async (_why, seat) => {
  const { reopen, links } = linksWith();
  links.note(seat, 'poor', 0);
  const other = seatWith([CAMERA]);
  links.note(other, 'poor', 0);
  await expect.poll(() => reopen.mock.calls.length).toBe(1);
  expect([reopen.mock.calls[0]?.[0], seat.congestionControl]).toEqual([other, false]);
  Object.assign(seat, { receive: seatWith([CAMERA]).receive });
  links.note(seat, 'poor', 0);
  await expect.poll(() => seat.congestionControl).toBe(true);
});

it('lets a link that has long brought everything go without again, later each time, and only where the worker has use for it', async () => {
  const { links } = linksWith();
  const seat = seatWith([CAMERA], { pressure: 0.6 });
  const find = async (): Promise<void> => {
    links.note(seat, 'poor', 0);
    await expect.poll(() => seat.congestionControl).toBe(true);
    // The turn ends a moment later.
    await links.settled();
  };
  /** Says good from zero on, and gives what is so after these minutes. */
  const good = async (minutes: number): Promise<boolean> => {
    links.note(seat, 'good', 0);
    links.note(seat, 'good', minutes * MINUTE_MS);
    await links.settled();
    return seat.congestionControl;
  };
  await find();
  expect(await good(3)).toBe(true);
  const needed = seatWith([CAMERA], { pressure: 0.8 }).receive;
  Object.assign(seat, {
    receive: seatWith([{ ...CAMERA, currentLayers: { ...LAYERS, spatialLayer: 1 } }], { pressure: 0.8 }).receive,
  });
  expect(await good(3)).toBe(true);
  Object.assign(seat, { receive: needed });
  expect(await good(1.9)).toBe(true);
  links.note(seat, 'fair', 2 * MINUTE_MS);
  expect(await good(1.9)).toBe(true);
  expect(await good(2)).toBe(false);
  await find();
  expect(await good(3.9)).toBe(true);
  expect(await good(4)).toBe(false);
});

it('takes no picture that the server holds back, or lowers, for a link that does not bring it', async () => {
  const { links } = linksWith();
  const seat = seatWith([CAMERA, CAMERA], { pressure: 0.95 });
  const find = async (): Promise<void> => {
    Object.assign(seat, { receive: seatWith([CAMERA]).receive });
    links.note(seat, 'poor', 0);
    await links.settled();
    expect(seat.congestionControl).toBe(true);
  };
  /** From now on the seat receives the first camera like this. */
  const shed = (consumer: object, heldBack: boolean): void => {
    const { receive } = seatWith([CAMERA], { pressure: 0.95 });
    receive!.consumers.set('first', kept(consumer, heldBack) as unknown as SeatConsumer);
    Object.assign(seat, { receive });
  };
  const good = async (minutes: number): Promise<boolean> => {
    links.note(seat, 'good', minutes * MINUTE_MS);
    await links.settled();
    return seat.congestionControl;
  };
  const paused = { ...CAMERA, paused: true, currentLayers: undefined };
  await find();
  shed(CAMERA, false);
  await good(0);
  shed(paused, true);
  expect(await good(1)).toBe(true);
  expect(await good(2)).toBe(false);

  // What is held back from the start on says nothing for the link either.
  await find();
  shed(paused, true);
  expect(await good(0)).toBe(true);
  expect(await good(60)).toBe(true);
  const low = { spatialLayer: 0, temporalLayer: 0 };
  shed({ ...CAMERA, preferredLayers: low, currentLayers: low }, false);
  expect(await good(61)).toBe(true);
  expect(await good(65)).toBe(false);
});

it('leaves congestion control to a link that became narrow again while it waited for its turn', async () => {
  const { reopen, links } = linksWith();
  const seat = seatWith([CAMERA], { pressure: 0.8 });
  links.note(seat, 'poor', 0);
  await links.settled();
  links.note(seat, 'good', 0);
  links.note(seat, 'good', 2 * MINUTE_MS);
  links.note(seat, 'poor', 2 * MINUTE_MS);
  await links.settled();
  expect([seat.congestionControl, reopen.mock.calls.length]).toEqual([true, 1]);
});

it('goes on after a link that went away meanwhile', async () => {
  const { reopen, links } = linksWith();
  reopen.mockRejectedValueOnce(new Error('the transport is closed'));
  for (const seat of [seatWith([CAMERA]), seatWith([CAMERA])]) links.note(seat, 'poor', 0);
  await expect.poll(() => reopen.mock.calls.length).toBe(2);
});
