import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { seatIdSchema, classIdSchema } from '@lectern/contracts';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import type { ClassMedia } from './class-media.ts';
import type { MediaConfig } from './media-config.ts';
import { measurePacketCost } from './self-test.ts';
import { startMedia } from './start-media.ts';
import type { Media } from './start-media.ts';
import { publish, watch } from './test-publishing.ts';

const workerBinary = process.env['MEDIASOUP_WORKER_BIN'] ?? null;
const config: MediaConfig = {
  host: '127.0.0.1',
  announcedAddress: null,
  firstPort: 0,
  workers: 2,
  workerBinary,
  packetBudget: null,
  turn: null,
  floodLimits: DEFAULT_LIMITS.floodLimits,
};
/** A fifth of the server's own second: a loaded machine still answers within five of them. */
const TICK_MS = 200;

const started: Media[] = [];
async function start(changes: Partial<MediaConfig> = {}) {
  const log: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) });
  const media = await startMedia({ ...config, ...changes }, logger, TICK_MS);
  started.push(media);
  return { media, log };
}
afterEach(async () => {
  vi.useRealTimers();
  for (const media of started.splice(0)) await media.close();
});

/** A teacher who speaks and shows themselves, and a student who sees that large. */
async function watchCamera(room: ClassMedia): Promise<void> {
  const [teacher, student] = [seatIdSchema.parse(randomUUID()), seatIdSchema.parse(randomUUID())];
  const { transportId } = await room.openTransport(teacher, false, 'stage');
  for (const source of ['microphone', 'camera'] as const) await publish(room, teacher, transportId, source);
  await watch(room, student);
}

describe('the workers in operation', () => {
  it('a frozen one is found, killed and replaced on its port; its people are told, and the other one is left alone', async () => {
    const { media, log } = await start();
    const [first, second] = media.workers();
    const room = media.openClass(classIdSchema.parse(randomUUID()), false);
    const seatId = seatIdSchema.parse(randomUUID());
    await room.openTransport(seatId, true, 'receive');
    const reset = new Promise((resolve) => room.once('reset', resolve));
    process.kill(first!.pid!, 'SIGSTOP');
    expect(await reset).toEqual([seatId]);
    await expect.poll(() => media.workers()[0]?.state).toBe('running');
    const [replaced, other] = media.workers();
    expect(replaced?.pid).not.toBe(first?.pid);
    expect([replaced?.port, other?.pid]).toEqual([first?.port, second?.pid]);
    expect(log).toContainEqual(
      expect.objectContaining({ msg: 'a media worker is frozen and is killed', workerPid: first?.pid }),
    );
    await expect(room.openTransport(seatId, true, 'receive')).resolves.toHaveProperty('transportId');
  });

  it('take its pictures from a load test, at once, before any from people', async () => {
    const { media } = await start({ workers: 1, packetBudget: 100 });
    vi.useFakeTimers({ toFake: ['performance'] });
    const steps: string[] = [];
    for (const kind of ['people', 'load test'] as const) {
      const room = media.openClass(classIdSchema.parse(randomUUID()), kind === 'load test');
      room.shedding.on('changed', ({ step }) => steps.push(`${kind}: ${step}`));
      await watchCamera(room);
    }
    const passed = () => {
      vi.advanceTimersByTime(1_000);
      return steps.length;
    };
    await expect.poll(passed, { timeout: 20_000 }).toBeGreaterThan(1);
    expect(steps.slice(0, 2)).toEqual(['load test: camera', 'people: camera-layers']);
  });

  it('say what they use', async () => {
    const { media } = await start();
    const known = () => media.workers().every(({ residentBytes }) => residentBytes > 5e6);
    await expect.poll(known, { timeout: 10_000 }).toBe(true);
    expect(media.workers()[0]).toMatchObject({
      state: 'running',
      costSource: 'assumed',
      budgetPacketsPerSecond: 50_000,
    });
    expect(media.workers()[0]?.cpuShare).toBeLessThan(1);
  });
});

describe('the self-test', () => {
  it('measures what a packet costs on a real worker, and leaves no process behind', async () => {
    const before = await children();
    const micros = await measurePacketCost(workerBinary, new AbortController().signal);
    // Between what no machine reaches and what no class could be held with.
    expect(micros).toBeGreaterThan(0.5);
    expect(micros).toBeLessThan(150);
    await expect.poll(children).toEqual(before);
  });

  it('gives every worker the same budget by it, unless one was set', async () => {
    const { media, log } = await start();
    await media.testPacketCost();
    const [first, second] = media.workers();
    expect(first).toMatchObject({ costSource: 'measured' });
    // The log and the operator's page name both: what was measured on a core of its own, and what is reckoned with.
    expect(first?.cpuMicrosPerPacket).toBeCloseTo((first?.testedMicrosPerPacket ?? 0) * 1.6);
    const { cpuMicrosPerPacket, testedMicrosPerPacket, budgetPacketsPerSecond } = first!;
    expect(log).toContainEqual(
      expect.objectContaining({ cpuMicrosPerPacket, testedMicrosPerPacket, budgetPacketsPerSecond }) as object,
    );
    expect(first?.budgetPacketsPerSecond).toBe(Math.round(750_000 / first!.cpuMicrosPerPacket));
    expect(second?.budgetPacketsPerSecond).toBe(first?.budgetPacketsPerSecond);
    const set = (await start({ packetBudget: 12_345 })).media;
    await set.testPacketCost();
    expect(set.workers()[1]).toMatchObject({ costSource: 'set', budgetPacketsPerSecond: 12_345 });
  });

  it('that fails leaves a cautious figure and a warning, and stops nothing', async () => {
    const broken = await startBroken();
    await broken.media.testPacketCost();
    expect(broken.media.workers()[0]).toMatchObject({ costSource: 'assumed', cpuMicrosPerPacket: 15 });
    expect(broken.media.workers()[0]?.testedMicrosPerPacket).toBeNull();
    expect(broken.log.map(({ msg }) => msg)).toContain(
      'what a media packet costs could not be measured; a cautious figure is taken',
    );
  });

  it('ends with the server, without a word', async () => {
    const { media, log } = await start();
    const testing = media.testPacketCost();
    await media.close();
    await testing;
    expect(log.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });
});

/** Workers that run, and a binary that does not once the test begins. */
async function startBroken() {
  const changing = { ...config };
  const log: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) });
  const media = await startMedia(changing, logger);
  started.push(media);
  Object.assign(changing, { workerBinary: '/bin/false' });
  return { media, log };
}

async function children(): Promise<string[]> {
  const found: string[] = [];
  for (const task of await readdir('/proc/self/task')) {
    found.push(...(await readFile(`/proc/self/task/${task}/children`, 'utf8').catch(() => '')).split(' '));
  }
  return found.filter(Boolean).sort();
}
