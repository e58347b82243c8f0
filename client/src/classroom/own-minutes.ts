import { WINDOW_MS, type SeatId, type StageMember, type WindowOutcome } from '@lectern/contracts';
import { z } from 'zod';
import { deviceStorage, type DeviceStorage } from '../app/device-storage.ts';

const keyOf = (classId: string): string => `lectern.minutes.${classId}`;
/** Kept so long after the last window, unless its owner deletes them before. */
const KEPT_DAYS = 7;
const DAY_MS = 24 * 3_600_000;
const WINDOWS_PER_MINUTE = 60_000 / WINDOW_MS;
/** From this score on a window counts as facing the screen. */
const FACING_FROM = 0.5;
/** More than any class lasts: a broken clock fills no storage. */
const MOST_MINUTES = 24 * 60;
/** Nothing measured for longer than this is a gap in what was on the stage, too. */
const STAGE_GAP_WINDOWS = 2 * WINDOWS_PER_MINUTE;

const count = z.number().int().nonnegative();
const stageSchema = z.strictObject({
  kind: z.enum(['screen', 'camera', 'nothing']),
  /** Who shows it, where they teach; other students' names are not kept. */
  name: z.string().nullable(),
});
const ownMinutesSchema = z.strictObject({
  seatId: z.string(),
  title: z.string(),
  /** When the class began by this device's own clock, in milliseconds since 1970. */
  startedAtMs: z.number(),
  /** When the last window was measured, likewise. */
  measuredAtMs: z.number(),
  lastWindow: z.number().int(),
  minutes: z
    .array(z.strictObject({ minute: count, facing: count, elsewhere: count, unclear: count }))
    .max(MOST_MINUTES),
  stage: z.array(z.strictObject({ fromWindow: count, toWindow: count, shown: stageSchema })),
});

/** What one student's device measured in one class, minute by minute, and what was on the stage then. */
export type OwnMinutes = z.infer<typeof ownMinutesSchema>;
export type ShownOnStage = z.infer<typeof stageSchema>;

/** How many windows of a minute have gone by: all of them but in the one that runs, which ends with the last that was measured. */
export function windowsGone({ lastWindow }: Pick<OwnMinutes, 'lastWindow'>, minute: number): number {
  return Math.min(WINDOWS_PER_MINUTE, Math.max(0, lastWindow + 1 - minute * WINDOWS_PER_MINUTE));
}

/** What a stage shows most of all: the newest shared screen, else the first camera. */
export function shownOn(stage: readonly StageMember[]): ShownOnStage {
  const nameOf = ({ role, name }: StageMember): string | null => (role === 'student' ? null : name);
  const shows = (source: 'screen' | 'camera') => (member: StageMember) =>
    member.sources.some((candidate) => candidate.source === source && !candidate.paused);
  const screen = stage.findLast(shows('screen'));
  if (screen) return { kind: 'screen', name: nameOf(screen) };
  const camera = stage.find(shows('camera'));
  return camera ? { kind: 'camera', name: nameOf(camera) } : { kind: 'nothing', name: null };
}

export interface WindowForMinutes {
  readonly windowIndex: number;
  readonly outcome: WindowOutcome;
  readonly shown: ShownOnStage;
  readonly nowMs: number;
}

/** The minutes with one more window; a window that was there already changes nothing. */
export function withWindow(minutes: OwnMinutes, { windowIndex, outcome, shown, nowMs }: WindowForMinutes): OwnMinutes {
  if (windowIndex <= minutes.lastWindow) return minutes;
  const minute = Math.floor(windowIndex / WINDOWS_PER_MINUTE);
  if (minute >= MOST_MINUTES) return minutes;
  const kind = outcome.kind === 'abstain' ? 'unclear' : outcome.score >= FACING_FROM ? 'facing' : 'elsewhere';
  const before = minutes.minutes.at(-1);
  const now = before?.minute === minute ? before : { minute, facing: 0, elsewhere: 0, unclear: 0 };
  const rest = before?.minute === minute ? minutes.minutes.slice(0, -1) : minutes.minutes;
  return {
    ...minutes,
    startedAtMs: nowMs - (windowIndex + 1) * WINDOW_MS,
    measuredAtMs: nowMs,
    lastWindow: windowIndex,
    minutes: [...rest, { ...now, [kind]: now[kind] + 1 }],
    stage: withShown(minutes.stage, windowIndex, shown),
  };
}

function withShown(stage: OwnMinutes['stage'], windowIndex: number, shown: ShownOnStage): OwnMinutes['stage'] {
  const last = stage.at(-1);
  const isSame = last?.shown.kind === shown.kind && last.shown.name === shown.name;
  if (last && isSame && windowIndex - last.toWindow <= STAGE_GAP_WINDOWS)
    return [...stage.slice(0, -1), { ...last, toWindow: windowIndex }];
  return [...stage, { fromWindow: windowIndex, toWindow: windowIndex, shown }];
}

/** Nothing measured yet. */
export function noMinutes(seatId: SeatId, title: string): OwnMinutes {
  return { seatId, title, startedAtMs: 0, measuredAtMs: 0, lastWindow: -1, minutes: [], stage: [] };
}

/** What this device keeps of a class; null where it is nothing, or cannot be read. */
export function keptMinutes(classId: string, storage: DeviceStorage = deviceStorage): OwnMinutes | null {
  try {
    const kept = ownMinutesSchema.safeParse(JSON.parse(storage.getItem(keyOf(classId)) ?? 'null'));
    return kept.success ? kept.data : null;
  } catch {
    return null;
  }
}

export function keepMinutes(classId: string, minutes: OwnMinutes, storage: DeviceStorage = deviceStorage): void {
  storage.setItem(keyOf(classId), JSON.stringify(minutes));
}

export function deleteMinutes(classId: string, storage: DeviceStorage = deviceStorage): void {
  storage.removeItem(keyOf(classId));
}

/** When what is kept of a class goes by itself. */
export function keptUntil({ measuredAtMs }: OwnMinutes): Date {
  return new Date(measuredAtMs + KEPT_DAYS * DAY_MS);
}

/** Forgets what is kept of classes that were measured longer ago than minutes are kept, and what cannot be read. */
export function forgetOldMinutes(nowMs: number, storage: DeviceStorage = deviceStorage): void {
  for (const classId of classesWithMinutes(storage)) {
    const minutes = keptMinutes(classId, storage);
    if (minutes === null || nowMs > keptUntil(minutes).getTime()) deleteMinutes(classId, storage);
  }
}

/** Forgets the minutes of all classes: whoever comes to this device next is not the one who has signed out. */
export function forgetAllMinutes(storage: DeviceStorage = deviceStorage): void {
  for (const classId of classesWithMinutes(storage)) deleteMinutes(classId, storage);
}

function classesWithMinutes(storage: DeviceStorage): string[] {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index))
    .filter((key) => key?.startsWith(keyOf('')) === true)
    .map((key) => (key ?? '').slice(keyOf('').length));
}
