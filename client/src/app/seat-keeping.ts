import { seatSchema, type Seat } from '@lectern/contracts';
import { deviceStorage, type DeviceStorage } from './device-storage.ts';

const key = (classId: string): string => `lectern.seat.${classId}`;

/** The seat kept on this device for a class; null when there is none, or what is kept is not a seat of that class. */
export function keptSeat(classId: string, storage: DeviceStorage = deviceStorage): Seat | null {
  const kept = storage.getItem(key(classId));
  if (kept === null) return null;
  try {
    const parsed = seatSchema.safeParse(JSON.parse(kept));
    return parsed.success && parsed.data.classId === classId ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Seats that were made on this page and that nobody has sat down on yet. */
const made = new Set<string>();

/** Keeps a seat on this device, so that a reload or a later visit comes back to it. */
export function keepSeat(seat: Seat, storage: DeviceStorage = deviceStorage): void {
  storage.setItem(key(seat.classId), JSON.stringify(seat));
}

/** Keeps a seat that was made just now: no other page can be in class on it. */
export function keepNewSeat(seat: Seat, storage: DeviceStorage = deviceStorage): void {
  made.add(seat.seatId);
  keepSeat(seat, storage);
}

/** Sits down; true when the seat was made on this page just before: no other page needs to be asked about it. */
export function sitDown(seatId: string): boolean {
  return made.delete(seatId);
}

const codeKey = (classId: string): string => `lectern.code.${classId}`;

/** Keeps the code of the link that led to a class, so that its seat can be taken anew. */
export function keepJoinCode(classId: string, code: string, storage: DeviceStorage = deviceStorage): void {
  storage.setItem(codeKey(classId), code);
}

/** The code of the link that led to a class from this device; null when none did. */
export function keptJoinCode(classId: string, storage: DeviceStorage = deviceStorage): string | null {
  return storage.getItem(codeKey(classId));
}

const loadTestKey = (classId: string): string => `lectern.load-test.${classId}`;

/** Keeps whether a class is a load test, so that the way in can say so before the class itself is seen. */
export function keepLoadTest(classId: string, synthetic: boolean, storage: DeviceStorage = deviceStorage): void {
  if (synthetic) storage.setItem(loadTestKey(classId), 'yes');
}

/** Whether a class is known to this device as a load test. */
export function isKeptLoadTest(classId: string, storage: DeviceStorage = deviceStorage): boolean {
  return storage.getItem(loadTestKey(classId)) !== null;
}

/** Forgets the seat kept for a class: somebody else sits down here, or the server does not know it any more. */
export function forgetSeat(classId: string, storage: DeviceStorage = deviceStorage): void {
  storage.removeItem(key(classId));
}

/** Forgets the seats of all classes and the ways there: whoever comes to this device next is not the one who has signed out. */
export function forgetAllSeats(storage: DeviceStorage = deviceStorage): void {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  const ours = [key(''), codeKey(''), loadTestKey('')];
  for (const kept of keys) {
    if (kept !== null && ours.some((start) => kept.startsWith(start))) storage.removeItem(kept);
  }
}
