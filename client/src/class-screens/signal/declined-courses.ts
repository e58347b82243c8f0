import { deviceStorage } from '../../app/device-storage.ts';

const KEY = 'lectern.declined';
/** Enough for every course of a degree; the oldest go first. */
const MOST_KEPT = 50;

type Kept = Pick<Storage, 'getItem'>;
type Keeping = Pick<Storage, 'getItem' | 'setItem'>;

/** True when the newest answer in this course on this device was a No: it is not asked again. */
export function hasDeclined(courseId: string, storage: Kept = deviceStorage): boolean {
  return declined(storage).includes(courseId);
}

/** Keeps a No on this device, by course alone: a guest's seat, which holds the answer at the server, is another in each class. */
export function keepDeclined(courseId: string, storage: Keeping = deviceStorage): void {
  keep([...declined(storage).filter((known) => known !== courseId), courseId].slice(-MOST_KEPT), storage);
}

/** A Yes takes the No's place. */
export function forgetDeclined(courseId: string, storage: Keeping = deviceStorage): void {
  keep(
    declined(storage).filter((known) => known !== courseId),
    storage,
  );
}

function keep(courseIds: readonly string[], storage: Keeping): void {
  storage.setItem(KEY, JSON.stringify(courseIds));
}

function declined(storage: Kept): string[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((entry) => typeof entry === 'string') : [];
  } catch {
    return [];
  }
}
