import { EventEmitter } from 'node:events';
import type { types } from 'mediasoup';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FirstLinks } from './first-links.ts';
import type { MediaWorker } from './media-worker.ts';
import type { SeatMedia } from './seat-media.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a line looks at of somebody's link. */
class Link extends EventEmitter {
  readonly observer = new EventEmitter();
  dtlsState: types.DtlsState = 'new';
  closed = false;

  become(state: types.DtlsState): void {
    this.dtlsState = state;
    this.emit('dtlsstatechange', state);
  }

  close(): void {
    this.closed = true;
    this.observer.emit('close');
  }
}

function waiting(worker: MediaWorker): { seat: SeatMedia; link: Link } {
  const link = new Link();
  return { seat: { receive: { transport: link, router: { worker } } } as unknown as SeatMedia, link };
}

const aWorker = () => ({}) as MediaWorker;
const soon = () => vi.advanceTimersByTimeAsync(0);

it('begins 96 links of each worker, and one more for each that is up, failed or closed', async () => {
  const links = new FirstLinks();
  const begun: Link[] = [];
  for (const worker of [aWorker(), aWorker()]) {
    for (let index = 0; index < 100; index += 1) {
      const { seat, link } = waiting(worker);
      links.add(seat, () => Promise.resolve(void begun.push(link)));
    }
  }
  await soon();
  expect(begun).toHaveLength(192);
  begun[0]!.become('connecting');
  await soon();
  expect(begun).toHaveLength(192);
  begun[0]!.become('connected');
  begun[1]!.become('failed');
  begun[2]!.close();
  await soon();
  expect(begun).toHaveLength(195);
});

it('waits for nobody longer than a second', async () => {
  const links = new FirstLinks();
  const worker = aWorker();
  let begun = 0;
  for (let index = 0; index < 200; index += 1)
    links.add(waiting(worker).seat, () => Promise.resolve(void (begun += 1)));
  await vi.advanceTimersByTimeAsync(999);
  expect(begun).toBe(96);
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toBe(192);
});

it('begins a seat once, however often it is added, and passes over one whose transport is gone', async () => {
  const links = new FirstLinks();
  const worker = aWorker();
  const first = Array.from({ length: 96 }, () => waiting(worker));
  for (const { seat } of first) links.add(seat, () => Promise.resolve());
  const [twice, gone] = [waiting(worker), waiting(worker)];
  const [begin, never] = [vi.fn(() => Promise.resolve()), vi.fn(() => Promise.resolve())];
  for (const seat of [twice.seat, gone.seat, twice.seat]) links.add(seat, seat === gone.seat ? never : begin);
  gone.seat.receive = null;
  for (const { link } of first) link.become('connected');
  await soon();
  expect(begin).toHaveBeenCalledTimes(1);
  expect(links.busy).toBe(true);
  twice.link.become('connected');
  await soon();
  expect(links.busy).toBe(false);
  expect(never).not.toHaveBeenCalled();
});
