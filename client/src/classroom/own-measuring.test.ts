import type { AbstainReason, SeatId } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttentionParts } from '../attention/attention-session.ts';
import { THIS_SCREEN } from '../attention/class-screens.ts';
import { MemoryStorage } from '../app/test-storage.ts';
import { ClassClock } from './class-clock.ts';
import { Contribution } from './contribution.svelte.ts';
import { MinutesKeeper } from './minutes-keeper.svelte.ts';
import { OwnMeasuring } from './own-measuring.svelte.ts';
import { Reminders } from './reminders.svelte.ts';
import { TestSignalling, TestTrack } from './test-media.ts';
import { PlayedMeasuring } from './test-measuring.ts';
import { testSnapshot } from './test-snapshot.ts';

const device: { parts: AttentionParts | null } = vi.hoisted(() => ({ parts: null }));
vi.mock(import('../attention/browser-parts.ts'), () => ({
  browserParts: () => {
    if (device.parts === null) throw new Error('no device is played');
    return device.parts;
  },
}));

const SEAT = '00000000-0000-4000-8000-000000000001' as SeatId;
const PAUSE_MS = 5 * 60_000;

let played: PlayedMeasuring;
beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  played = new PlayedMeasuring();
  device.parts = played.parts;
  vi.stubGlobal('document', {
    ...{ documentElement: { lang: 'en' }, visibilityState: 'visible' },
    addEventListener: vi.fn(),
    querySelector: () => ({ content: '0123456789ab' }),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A student's page as far as measuring goes, with a network that keeps what goes over it. */
function page() {
  const signalling = new TestSignalling({});
  const channel = { on: () => () => undefined, open: vi.fn(), send: vi.fn(), close: vi.fn() };
  const storage = new MemoryStorage();
  const reopened: MediaStreamTrack[] = [];
  const clock = new ClassClock(() => 0);
  const measuring = new OwnMeasuring({
    clock,
    needClock: vi.fn(),
    studentsPresent: () => 1,
    firstMedia: () => Promise.resolve(),
    openCamera: () => {
      reopened.push(TestTrack.of('video'));
      return Promise.resolve(reopened.at(-1)!);
    },
  });
  const { card } = testSnapshot();
  const minutes = new MinutesKeeper({ seatId: SEAT, card: () => card, stage: () => [], storage });
  const own = { seatId: SEAT, signalling, measuring };
  const contribution = new Contribution({ ...own, channel, clock, capabilities: () => ({}) });
  const reminders = new Reminders({ ...own, minutes, welcome: () => true });
  contribution.allow(true);
  reminders.allow(true);
  return { signalling, channel, storage, measuring, minutes, contribution, reminders, reopened };
}

async function measures({ measuring }: { measuring: OwnMeasuring }): Promise<void> {
  await vi.waitFor(() => {
    expect(measuring.state).toBe('measuring');
  });
}

/** So many windows of somebody who faces elsewhere. */
function quiet(from: number, to: number): void {
  for (let window = from; window < to; window += 1) played.measure(window, 0.05);
}

describe('reminders alone', () => {
  it('measure, keep minutes and remind, and nothing goes over the network but the permission', async () => {
    const fetched = vi.fn();
    vi.stubGlobal('fetch', fetched);
    const student = page();
    await student.reminders.start(TestTrack.of('video'));
    await measures(student);
    quiet(0, 60);
    expect(student.reminders.shown).toBe(true);
    expect(student.minutes.minutes?.minutes).toHaveLength(5);
    student.reminders.snooze(600_000);
    quiet(60, 80);
    student.reminders.dismiss();
    await vi.advanceTimersByTimeAsync(60_000);
    const permission = { permission: 'remind', granted: true, wording: 'remind-2', language: 'en' };
    expect(student.signalling.asked).toEqual([{ type: 'set-permission', body: permission }]);
    expect(student.channel.open).not.toHaveBeenCalled();
    expect(student.channel.send).not.toHaveBeenCalled();
    expect(fetched).not.toHaveBeenCalled();
    expect(student.contribution.running).toBe(false);
    student.measuring.close();
  });

  it('end with one call: camera and worker at once, minutes stay until they are deleted', async () => {
    const student = page();
    const track = TestTrack.of('video');
    await student.reminders.start(track);
    await measures(student);
    quiet(0, 60);
    const stopped = student.reminders.stop();
    expect([track.readyState, played.workers.length, student.measuring.state]).toEqual(['ended', 0, 'off']);
    expect(student.reminders.shown).toBe(false);
    await stopped;
    expect(student.signalling.bodies('set-permission')).toMatchObject([{ granted: true }, { granted: false }]);
    expect(student.storage.length).toBe(1);
    student.minutes.deleteNow();
    expect([student.storage.length, student.minutes.minutes]).toEqual([0, null]);
  });

  it('go by themselves when nobody answers them', async () => {
    const student = page();
    await student.reminders.start(TestTrack.of('video'));
    await measures(student);
    quiet(0, 60);
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(student.reminders.shown).toBe(false);
    student.measuring.close();
  });

  it('take up the minutes of an earlier load of the page, not those of somebody else', async () => {
    const student = page();
    await student.reminders.start(TestTrack.of('video'));
    await measures(student);
    quiet(0, 3);
    const keeperOf = (seatId: SeatId) =>
      new MinutesKeeper({ seatId, card: () => testSnapshot().card, stage: () => [], storage: student.storage });
    const again = keeperOf(SEAT);
    again.restore();
    expect(again.minutes).toEqual(student.minutes.minutes);
    const other = keeperOf('00000000-0000-4000-8000-000000000009' as SeatId);
    other.restore();
    expect(other.minutes).toBeNull();
    student.measuring.close();
  });
});

describe('both permissions', () => {
  it('share one camera and one worker, which end with the last of the two', async () => {
    const student = page();
    const track = TestTrack.of('video');
    await student.reminders.start(track);
    await measures(student);
    await student.contribution.contribute(null);
    played.measure(0, 0.9);
    expect(played.workers).toHaveLength(1);
    expect(student.channel.send).toHaveBeenCalledOnce();
    expect(student.minutes.minutes?.minutes).toHaveLength(1);

    await student.reminders.stop();
    played.measure(1, 0.9);
    expect([track.readyState, student.measuring.state]).toEqual(['live', 'measuring']);
    expect(student.channel.send).toHaveBeenCalledTimes(2);
    expect(student.minutes.minutes?.lastWindow).toBe(0);

    await student.contribution.stopContributing();
    expect([track.readyState, played.workers.length]).toEqual(['ended', 0]);
  });

  it('contributing alone keeps no minutes and reminds of nothing', async () => {
    const student = page();
    await student.contribution.contribute(TestTrack.of('video'));
    await measures(student);
    quiet(0, 100);
    expect(student.storage.length).toBe(0);
    expect(student.reminders.shown).toBe(false);
    student.measuring.close();
  });

  it('end together where the camera ends, and both stand then', async () => {
    const student = page();
    const track = TestTrack.of('video');
    await student.reminders.start(track);
    await student.contribution.contribute(null);
    await measures(student);
    track.dispatchEvent(new Event('ended'));
    expect([student.measuring.state, student.measuring.unavailableReason]).toEqual(['unavailable', 'camera-ended']);
    expect([student.contribution.standing, student.reminders.standing]).toEqual([true, true]);
    expect(student.channel.close).toHaveBeenCalled();
    expect(played.workers).toHaveLength(0);
  });

  it('are given and taken back each by itself when the server comes back', () => {
    const student = page();
    student.contribution.arrived(true);
    student.reminders.arrived(false);
    expect([student.contribution.standing, student.reminders.standing]).toEqual([true, false]);
  });
});

describe('a camera without a picture', () => {
  it('is said while it lasts; what is measured and sent goes on as it was', async () => {
    const student = page();
    const track = new TestTrack('video');
    await student.contribution.contribute(track as unknown as MediaStreamTrack);
    await measures(student);
    expect(student.measuring.cameraMuted).toBe(false);
    track.setMuted(true);
    expect([student.measuring.cameraMuted, student.measuring.state]).toEqual([true, 'measuring']);
    const outcome = { kind: 'abstain', reason: 'too-few-frames' } as const;
    played.tell({ type: 'window', windowIndex: 0, outcome });
    expect(student.channel.send).toHaveBeenCalledExactlyOnceWith({ window: 0, outcome, modelTag: 77 }, null);
    track.setMuted(false);
    expect([student.measuring.cameraMuted, played.workers.length]).toEqual([false, 1]);
    student.measuring.close();
  });

  it('is said of one that had none before, and no longer once another is measured or none', async () => {
    const student = page();
    const track = new TestTrack('video');
    track.muted = true;
    await student.reminders.start(track as unknown as MediaStreamTrack);
    expect(student.measuring.cameraMuted).toBe(true);
    await measures(student);
    const other = new TestTrack('video');
    await student.reminders.start(other as unknown as MediaStreamTrack);
    expect(student.measuring.cameraMuted).toBe(false);
    track.setMuted(true);
    expect(student.measuring.cameraMuted).toBe(false);
    other.setMuted(true);
    student.reminders.pause(PAUSE_MS);
    expect([student.measuring.cameraMuted, student.measuring.state]).toEqual([false, 'paused']);
    await student.reminders.stop();
    other.setMuted(true);
    expect([student.measuring.cameraMuted, student.measuring.state]).toEqual([false, 'off']);
  });

  it('that had ended before it was handed over is told at once, and no worker starts', async () => {
    const student = page();
    const track = TestTrack.of('video');
    track.stop();
    await student.contribution.contribute(track);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([student.measuring.state, student.measuring.unavailableReason]).toEqual(['unavailable', 'camera-ended']);
    expect([student.contribution.standing, played.workers.length]).toEqual([true, 0]);
    expect(student.channel.close).toHaveBeenCalled();
  });
});

describe('several windows in a row that could not be told', () => {
  it('are said until one can be told or measuring ends, with the newest reason', async () => {
    const student = page();
    await student.reminders.start(TestTrack.of('video'));
    await measures(student);
    const said = (window: number, reason: AbstainReason) => {
      played.abstain(window, reason);
      return student.measuring.unclear;
    };
    expect([said(0, 'brief'), said(1, 'too-dark'), said(2, 'too-dark'), said(3, 'face-too-small')]).toEqual([
      ...[null, null, 'too-dark', 'face-too-small'],
    ]);
    quiet(4, 5);
    expect(student.measuring.unclear).toBeNull();
    expect([said(5, 'too-dark'), said(6, 'page-hidden'), said(7, 'too-dark'), said(8, 'too-dark')]).toEqual([
      ...[null, null, null, null],
    ]);
    expect(said(9, 'too-dark')).toBe('too-dark');
    await student.reminders.stop();
    expect(student.measuring.unclear).toBeNull();
  });
});

describe('on which screens the class is, and where the camera stands', () => {
  it('is told to the worker when it starts, and whenever it changes', async () => {
    const student = page();
    const chosen = { ...THIS_SCREEN, left: true, camera: 'left' } as const;
    student.measuring.setClassScreens(chosen);
    await student.reminders.start(TestTrack.of('video'));
    await measures(student);
    const other = { ...THIS_SCREEN, camera: 'below' } as const;
    student.measuring.setClassScreens(other);
    expect(played.told.filter(({ type }) => type === 'screens')).toEqual([
      { type: 'screens', screens: chosen },
      { type: 'screens', screens: other },
    ]);
    student.measuring.close();
  });
});

it('what the browser lacks is looked for when first asked, and once', () => {
  for (const lack of ['graphics-off', null] as const) {
    const missingAbility = vi.fn(() => lack);
    const measuring = new OwnMeasuring({
      ...{ clock: new ClassClock(() => 0), needClock: vi.fn(), studentsPresent: () => 1 },
      ...{ firstMedia: () => Promise.resolve(), missingAbility },
    });
    expect(missingAbility).not.toHaveBeenCalled();
    expect([measuring.browserLack, measuring.browserLack]).toEqual([lack, lack]);
    expect(missingAbility).toHaveBeenCalledOnce();
  }
});

describe('a personal pause', () => {
  it('turns the camera off, and on again by itself', async () => {
    const student = page();
    const track = TestTrack.of('video');
    await student.reminders.start(track);
    await measures(student);
    student.reminders.pause(PAUSE_MS);
    expect([student.measuring.state, track.readyState, played.workers.length]).toEqual(['paused', 'ended', 0]);
    expect(student.reminders.running).toBe(true);
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    expect(student.reopened).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    await measures(student);
    expect(student.reopened).toHaveLength(1);
    student.measuring.close();
  });

  it('ends when the student says so, and for good when they take the permission back', async () => {
    const student = page();
    await student.reminders.start(TestTrack.of('video'));
    await measures(student);
    student.reminders.pause(PAUSE_MS);
    void student.measuring.resume();
    await measures(student);
    student.reminders.pause(PAUSE_MS);
    await student.reminders.stop();
    await vi.advanceTimersByTimeAsync(2 * PAUSE_MS);
    expect([student.measuring.state, student.reopened.length]).toEqual(['off', 1]);
  });

  it('goes on for the other permission too that is given while the camera comes back', async () => {
    const student = page();
    await student.reminders.start(TestTrack.of('video'));
    await measures(student);
    student.reminders.pause(PAUSE_MS);
    const contributed = student.contribution.contribute(null);
    void student.measuring.resume();
    await contributed;
    await measures(student);
    expect(student.measuring.purposes).toEqual(['remind', 'contribute']);
    expect([student.reopened.length, played.workers.length]).toEqual([1, 1]);
    student.measuring.close();
  });

  it('opens no camera that was asked for before the permission was taken back', async () => {
    const student = page();
    await student.reminders.start(TestTrack.of('video'));
    await measures(student);
    student.reminders.pause(PAUSE_MS);
    const resumed = student.measuring.resume();
    await student.reminders.stop();
    await resumed;
    expect([student.measuring.state, student.reopened[0]?.readyState]).toEqual(['off', 'ended']);
  });
});
