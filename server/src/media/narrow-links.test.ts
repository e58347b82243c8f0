import { randomUUID } from 'node:crypto';
import { seatIdSchema } from '@lectern/contracts';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import type { Audience } from './audience.ts';
import { NarrowLinks } from './narrow-links.ts';
import { SeatMedia } from './seat-media.ts';

const CAMERA = { type: 'simulcast', paused: false, producerPaused: false, score: { producerScore: 10 } };
const VOICE = { ...CAMERA, type: 'simple' };

/** A seat that receives these over a worker whose budget is used up to this share. */
function seatWith(consumers: readonly object[], pressure = 0.5): SeatMedia {
  const seat = new SeatMedia(seatIdSchema.parse(randomUUID()), true);
  const worker = { load: { perSecond: pressure * 1_000 }, cost: { budgetPerSecond: 1_000 }, usage: null };
  const kept = new Map(consumers.map((consumer) => [randomUUID(), { consumer }]));
  Object.assign(seat, { receive: { router: { worker }, consumers: kept } });
  return seat;
}

function linksWith() {
  const reopen = vi.fn<Audience['reopen']>(() => Promise.resolve());
  return { reopen, links: new NarrowLinks({ reopen } as unknown as Audience, pino({ enabled: false })) };
}

it('opens what has layers anew, once for each seat', async () => {
  const { reopen, links } = linksWith();
  const [seat, other] = [seatWith([VOICE, CAMERA]), seatWith([CAMERA])];
  for (const each of [seat, seat, other]) links.note(each);
  await expect.poll(() => reopen.mock.calls.length).toBe(2);
  expect(reopen.mock.calls[0]).toEqual([seat, [{ consumer: CAMERA }]]);
  expect(reopen.mock.calls[1]?.[0]).toBe(other);
  links.note(seat);
  const last = seatWith([CAMERA]);
  links.note(last);
  await expect.poll(() => reopen.mock.calls.length).toBe(3);
  expect(reopen.mock.calls[2]?.[0]).toBe(last);
});

it.each([
  ['the presenter\u2019s own link loses packets', [{ ...CAMERA, score: { producerScore: 9 } }], 0.5],
  [
    'nothing is sent',
    [
      { ...CAMERA, paused: true },
      { ...VOICE, producerPaused: true },
    ],
    0.5,
  ],
  ['the worker has no room for it', [CAMERA], 0.95],
])('changes nothing while %s, and asks again when it is told again', async (_why, consumers, pressure) => {
  const { reopen, links } = linksWith();
  const seat = seatWith(consumers, pressure);
  links.note(seat);
  const other = seatWith([CAMERA]);
  links.note(other);
  await expect.poll(() => reopen.mock.calls.length).toBe(1);
  expect([reopen.mock.calls[0]?.[0], seat.congestionControl]).toEqual([other, false]);
  Object.assign(seat, { receive: seatWith([CAMERA]).receive });
  links.note(seat);
  await expect.poll(() => seat.congestionControl).toBe(true);
});

it('goes on after a link that went away meanwhile', async () => {
  const { reopen, links } = linksWith();
  reopen.mockRejectedValueOnce(new Error('the transport is closed'));
  for (const seat of [seatWith([CAMERA]), seatWith([CAMERA])]) links.note(seat);
  await expect.poll(() => reopen.mock.calls.length).toBe(2);
});
