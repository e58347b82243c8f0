import { LecternError, type SeatId } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tabStorage } from '../app/device-storage.ts';
import type { AttentionParts } from '../attention/attention-session.ts';
import { ClassClock } from './class-clock.ts';
import { Contribution } from './contribution.svelte.ts';
import { OwnMeasuring } from './own-measuring.svelte.ts';
import { PlayedMeasuring } from './test-measuring.ts';
import { TestSignalling, TestTrack } from './test-media.ts';

const played: { parts: AttentionParts | null } = vi.hoisted(() => ({ parts: null }));
vi.mock(import('../attention/browser-parts.ts'), async (original) => {
  const { browserParts } = await original();
  return { browserParts: () => played.parts ?? browserParts() };
});

beforeEach(() => vi.stubGlobal('document', pageOf('0123456789ab')));
afterEach(() => vi.unstubAllGlobals());

const SEAT = '00000000-0000-4000-8000-000000000001' as SeatId;

/** The page, as it was built. */
function pageOf(build: string) {
  return {
    documentElement: { lang: 'en' },
    visibilityState: 'visible',
    addEventListener: vi.fn(),
    querySelector: () => ({ content: build }),
  };
}

function contributing(
  duringRecord: (contribution: Contribution) => void,
  firstMedia: () => Promise<void> = () => new Promise(() => undefined),
  students = 1,
) {
  const signalling: TestSignalling = new TestSignalling({
    'set-permission': ({ granted }) => {
      if (granted) duringRecord(contribution);
      return {};
    },
  });
  const channel = { on: () => () => undefined, open: vi.fn(), send: vi.fn(), close: vi.fn() };
  const clock = new ClassClock(() => 0);
  const measuring = new OwnMeasuring({
    clock,
    needClock: vi.fn(),
    studentsPresent: () => students,
    firstMedia,
  });
  const contribution = new Contribution({
    seatId: SEAT,
    signalling,
    channel,
    measuring,
    clock,
    capabilities: () => ({}),
  });
  contribution.allow(true);
  return { contribution, channel, signalling, measuring };
}

/** Whatever was asked by now is answered. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

it('starts with the permission', async () => {
  const { contribution, channel, measuring } = contributing(() => undefined);
  await contribution.contribute(TestTrack.of('video'));
  expect(measuring.state).toBe('starting');
  expect(channel.open).toHaveBeenCalledOnce();
  contribution.close();
});

it('downloads what measures after the stage is there, and spread over the class', async () => {
  vi.useFakeTimers();
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const timers = vi.spyOn(globalThis, 'setTimeout');
  try {
    const media = Promise.withResolvers<undefined>();
    const { contribution } = contributing(
      () => undefined,
      () => media.promise,
      2000,
    );
    await contribution.contribute(TestTrack.of('video'));
    await settled();
    expect(timers.mock.calls.map(([, delayMs]) => delayMs)).toEqual([5000]);
    media.resolve(undefined);
    await settled();
    expect(timers.mock.calls.map(([, delayMs]) => delayMs)).toEqual([5000, 60_000]);
    contribution.close();
  } finally {
    timers.mockRestore();
    random.mockRestore();
    vi.useRealTimers();
  }
});

describe('a tab that has measured', () => {
  beforeEach(() => {
    played.parts = new PlayedMeasuring().parts;
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => {
    played.parts = null;
    vi.restoreAllMocks();
    tabStorage.removeItem('lectern.measured');
  });

  async function contributes(build: string) {
    vi.stubGlobal('document', pageOf(build));
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const { contribution, measuring } = contributing(
      () => undefined,
      () => Promise.resolve(),
      2000,
    );
    await contribution.contribute(TestTrack.of('video'));
    await settled();
    const waits = timers.mock.calls.map(([, delayMs]) => delayMs);
    timers.mockRestore();
    return { contribution, measuring, waits };
  }

  it('waits for nothing but the stage, until an update brings other files', async () => {
    const first = await contributes('0123456789ab');
    await vi.waitFor(() => {
      expect(first.measuring.state).toBe('measuring');
    });
    first.contribution.close();
    const again = await contributes('0123456789ab');
    again.contribution.close();
    const updated = await contributes('ba9876543210');
    updated.contribution.close();
    expect([first.waits, again.waits, updated.waits]).toEqual([[5000, 0], [5000], [5000, 0]]);
  });
});

it('starts nothing when the class switches the signal off while the permission is on its way', async () => {
  const { contribution, channel, measuring } = contributing((running) => {
    running.allow(false);
  });
  await expect(contribution.contribute(TestTrack.of('video'))).rejects.toMatchObject({ code: 'signal-off' });
  expect(measuring.state).toBe('off');
  expect(channel.open).not.toHaveBeenCalled();
});

it('keeps a No that the server did not get, and sends it with the next connection', async () => {
  const { contribution, signalling, measuring } = contributing(() => undefined);
  await contribution.contribute(TestTrack.of('video'));
  signalling.connected = false;
  await contribution.stopContributing();
  expect(measuring.state).toBe('off');
  signalling.connected = true;
  contribution.arrived(true);
  expect(contribution.contributing).toBe(false);
  await vi.waitFor(() => {
    expect(signalling.bodies('set-permission')).toMatchObject([{ granted: true }, { granted: false }]);
  });
  contribution.arrived(false);
  await settled();
  expect(signalling.bodies('set-permission')).toHaveLength(2);
});

it('keeps it over the end of the page, and sends it with the first connection of the next one', async () => {
  const first = contributing(() => undefined);
  await first.contribution.contribute(TestTrack.of('video'));
  first.signalling.connected = false;
  await first.contribution.stopContributing();
  first.contribution.close();

  const next = contributing(() => undefined);
  next.contribution.arrived(true);
  expect(next.contribution.contributing).toBe(false);
  await settled();
  expect(next.signalling.bodies('set-permission')).toMatchObject([{ granted: false }]);
  next.contribution.close();
  const last = contributing(() => undefined);
  last.contribution.arrived(true);
  expect(last.contribution.contributing).toBe(true);
});

it('keeps a No to the question likewise, until a Yes takes its place', async () => {
  const { contribution, signalling } = contributing(() => undefined);
  signalling.connected = false;
  await contribution.declineContributing();
  expect(contribution.contributing).toBe(false);
  signalling.connected = true;
  await contribution.contribute(TestTrack.of('video'));
  contribution.arrived(true);
  await settled();
  expect(contribution.contributing).toBe(true);
  expect(signalling.bodies('set-permission')).toMatchObject([{ granted: true }]);
  contribution.close();
});

describe('a Yes on record while nothing runs', () => {
  it('stands after a reload, while the class has the signal off too, until it is taken back', async () => {
    const { contribution, signalling } = contributing(() => undefined);
    contribution.arrived(true);
    expect(contribution.standing).toBe(true);
    contribution.allow(false);
    expect(contribution.standing).toBe(true);
    await contribution.stopContributing();
    expect(contribution.standing).toBe(false);
    expect(signalling.bodies('set-permission')).toMatchObject([{ granted: false }]);
  });

  it('does not stand apart from what runs', async () => {
    const { contribution } = contributing(() => undefined);
    await contribution.contribute(TestTrack.of('video'));
    expect([contribution.running, contribution.standing]).toEqual([true, false]);
    contribution.allow(false);
    expect([contribution.running, contribution.standing]).toEqual([false, true]);
    contribution.close();
  });

  it('stands where the device turns out not to be able to measure: camera and channel are closed', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('the network is away')));
    const { contribution, channel, measuring } = contributing(
      () => undefined,
      () => Promise.resolve(),
    );
    const track = TestTrack.of('video');
    await contribution.contribute(track);
    channel.close.mockClear();
    await vi.waitFor(() => {
      expect(measuring.state).toBe('unavailable');
    });
    expect(measuring.unavailableReason).toBe('browser-too-old');
    expect(track.readyState).toBe('ended');
    expect(channel.close).toHaveBeenCalled();
    expect(contribution.standing).toBe(true);
    contribution.close();
  });
});

describe('a No that the server refuses', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function refusing(error: LecternError) {
    const parts = contributing(() => undefined);
    parts.signalling.answer('set-permission', () => {
      throw error;
    });
    return parts;
  }

  it('is sent again until the server takes it, when the server says or after a while', async () => {
    const { contribution, signalling } = refusing(new LecternError('too-many', { retryAfterMs: 2000 }));
    await contribution.stopContributing();
    await vi.advanceTimersByTimeAsync(1999);
    expect(signalling.bodies('set-permission')).toHaveLength(1);
    signalling.answer('set-permission', () => {
      throw new LecternError('unavailable');
    });
    await vi.advanceTimersByTimeAsync(1);
    expect(signalling.bodies('set-permission')).toHaveLength(2);
    signalling.answer('set-permission', () => ({}));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(signalling.bodies('set-permission')).toHaveLength(3);
    contribution.arrived(false);
    await settled();
    expect(signalling.bodies('set-permission')).toHaveLength(3);
  });

  it('is not sent after a Yes that took its place, nor after the end', async () => {
    const { contribution, signalling } = refusing(new LecternError('unavailable'));
    await contribution.declineContributing();
    signalling.answer('set-permission', () => ({}));
    await contribution.contribute(TestTrack.of('video'));
    await vi.advanceTimersByTimeAsync(4000);
    contribution.close();
    expect(signalling.bodies('set-permission')).toMatchObject([{ granted: false }, { granted: true }]);
    const ended = refusing(new LecternError('unavailable'));
    await ended.contribution.declineContributing();
    ended.contribution.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ended.signalling.bodies('set-permission')).toHaveLength(1);
  });

  it('is sent again though a Yes was refused as well', async () => {
    const { contribution, signalling } = refusing(new LecternError('unavailable'));
    await contribution.declineContributing();
    await expect(contribution.contribute(TestTrack.of('video'))).rejects.toThrow();
    signalling.answer('set-permission', () => ({}));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(signalling.bodies('set-permission')).toMatchObject([
      { granted: false },
      { granted: true },
      { granted: false },
    ]);
  });
});

it('starts nothing, and closes the camera, when the student stops while the permission is on its way', async () => {
  const { contribution, channel } = contributing((running) => void running.stopContributing());
  const track = TestTrack.of('video');
  await contribution.contribute(track);
  expect(track.readyState).toBe('ended');
  expect(channel.open).not.toHaveBeenCalled();
});
