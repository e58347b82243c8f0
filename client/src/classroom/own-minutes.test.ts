import type { SeatId, StageMember, WindowOutcome } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../app/test-storage.ts';
import {
  deleteMinutes,
  forgetAllMinutes,
  forgetOldMinutes,
  keepMinutes,
  keptMinutes,
  keptUntil,
  noMinutes,
  shownOn,
  withWindow,
  type OwnMinutes,
  type ShownOnStage,
} from './own-minutes.ts';

const SEAT = '00000000-0000-4000-8000-000000000001' as SeatId;
const facing: WindowOutcome = { kind: 'score', score: 0.9 };
const elsewhere: WindowOutcome = { kind: 'score', score: 0.2 };
const unclear: WindowOutcome = { kind: 'abstain', reason: 'too-dark' };
const screen: ShownOnStage = { kind: 'screen', name: 'Ada' };
const nothing: ShownOnStage = { kind: 'nothing', name: null };
const DAY_MS = 24 * 3_600_000;

function measured(windows: readonly (readonly [number, WindowOutcome, ShownOnStage?])[]): OwnMinutes {
  return windows.reduce(
    (minutes, [windowIndex, outcome, shown = screen]) =>
      withWindow(minutes, { windowIndex, outcome, shown, nowMs: (windowIndex + 1) * 5000 + 1_000_000 }),
    noMinutes(SEAT, 'Rings'),
  );
}

describe('the minutes of a student', () => {
  it('count the windows of each minute by what could be told', () => {
    const { minutes, startedAtMs } = measured([
      [0, facing],
      [1, facing],
      [2, elsewhere],
      [11, unclear],
      [24, facing],
    ]);
    expect(minutes).toEqual([
      { minute: 0, facing: 2, elsewhere: 1, unclear: 1 },
      { minute: 2, facing: 1, elsewhere: 0, unclear: 0 },
    ]);
    expect(startedAtMs).toBe(1_000_000);
  });

  it('take each window once, in its order', () => {
    const before = measured([[5, facing]]);
    expect(withWindow(before, { windowIndex: 5, outcome: elsewhere, shown: screen, nowMs: 0 })).toBe(before);
    expect(withWindow(before, { windowIndex: 2, outcome: elsewhere, shown: screen, nowMs: 0 })).toBe(before);
  });

  it('know what was on the stage, and that nothing is known of it where nothing was measured', () => {
    const { stage } = measured([
      [0, facing],
      [1, facing],
      [2, facing, nothing],
      [3, facing, nothing],
      [90, facing, nothing],
    ]);
    expect(stage).toEqual([
      { fromWindow: 0, toWindow: 1, shown: screen },
      { fromWindow: 2, toWindow: 3, shown: nothing },
      { fromWindow: 90, toWindow: 90, shown: nothing },
    ]);
  });
});

describe('what a stage shows', () => {
  const member = (name: string, role: StageMember['role'], ...sources: ('screen' | 'camera')[]): StageMember => ({
    ...{ seatId: SEAT, name, role, connected: true },
    sources: sources.map((source) => ({ source, producerId: source, paused: false })),
  });

  it('is a shared screen before a camera, and no name of another student', () => {
    const ada = member('Ada', 'instructor', 'camera');
    expect(shownOn([])).toEqual({ kind: 'nothing', name: null });
    expect(shownOn([ada])).toEqual({ kind: 'camera', name: 'Ada' });
    expect(shownOn([ada, member('Emmy', 'assistant', 'screen')])).toEqual({ kind: 'screen', name: 'Emmy' });
    expect(shownOn([ada, member('Sam', 'student', 'screen')])).toEqual({ kind: 'screen', name: null });
  });
});

describe('what a device keeps of them', () => {
  it('is there again after a reload, until it is deleted', () => {
    const storage = new MemoryStorage();
    const minutes = measured([[0, facing]]);
    keepMinutes('a', minutes, storage);
    expect(keptMinutes('a', storage)).toEqual(minutes);
    deleteMinutes('a', storage);
    expect(keptMinutes('a', storage)).toBeNull();
    expect(storage.length).toBe(0);
  });

  it('goes after seven days, whatever is unreadable at once, and nothing else with it', () => {
    const storage = new MemoryStorage();
    const old = measured([[0, facing]]);
    keepMinutes('old', old, storage);
    keepMinutes('new', { ...old, measuredAtMs: old.measuredAtMs + DAY_MS }, storage);
    storage.setItem('lectern.minutes.broken', '{"minutes":');
    storage.setItem('lectern.name', 'Sam');
    expect(keptUntil(old).getTime() - old.measuredAtMs).toBe(7 * DAY_MS);
    forgetOldMinutes(old.measuredAtMs + 7 * DAY_MS + 1, storage);
    expect(keptMinutes('old', storage)).toBeNull();
    expect(keptMinutes('new', storage)).not.toBeNull();
    expect(storage.getItem('lectern.minutes.broken')).toBeNull();
    forgetAllMinutes(storage);
    expect(storage.length).toBe(1);
  });

  it.each(['', 'nonsense', 'null', '[]', '{"seatId":7}'])('is nothing when %s was kept', (kept) => {
    const storage = new MemoryStorage();
    storage.setItem('lectern.minutes.a', kept);
    expect(keptMinutes('a', storage)).toBeNull();
  });
});
