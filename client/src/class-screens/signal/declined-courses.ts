const KEY = 'lectern.declined';
/** Enough for every course of a degree; the oldest go first. */
const MOST_KEPT = 50;

/** True when this person said No in this course on this device: they are not asked again. */
export function hasDeclined(courseId: string, name: string, storage: Pick<Storage, 'getItem'> = localStorage): boolean {
  return declined(storage).includes(entryOf(courseId, name));
}

/** Keeps a No on this device: a guest's seat, which holds the answer at the server, is another one in each class. */
export function keepDeclined(
  courseId: string,
  name: string,
  storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage,
): void {
  const entry = entryOf(courseId, name);
  const others = declined(storage).filter((known) => known !== entry);
  storage.setItem(KEY, JSON.stringify([...others, entry].slice(-MOST_KEPT)));
}

function entryOf(courseId: string, name: string): string {
  return `${courseId} ${name}`;
}

function declined(storage: Pick<Storage, 'getItem'>): string[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((entry) => typeof entry === 'string') : [];
  } catch {
    return [];
  }
}
