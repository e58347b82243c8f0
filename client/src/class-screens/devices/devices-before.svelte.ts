import type { DeviceStorage } from '../../app/device-storage.ts';
import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { keepOnStage, keptOnStage, wasSeenOrHeard, type OnStage } from './stage-memory.ts';

type Session = Pick<ClassSession, 'connection' | 'local' | 'me' | 'onStage'>;

/**
 * What was on when the page went by a reload or a crash: offered again on the next page, and turned on by a click alone. What
 * was switched off by choice, or ended with the class or the stage, is not offered.
 */
export class DevicesBefore {
  /** What went off with the page before, until something is turned on or the offer is put away. */
  lost: OnStage | null = $state.raw(null);
  readonly #session: Session;
  readonly #classId: string;
  readonly #storage: DeviceStorage | undefined;
  #pageGoes = false;

  constructor(session: Session, classId: string, storage?: DeviceStorage) {
    this.#session = session;
    this.#classId = classId;
    this.#storage = storage;
    const kept = keptOnStage(classId, storage);
    this.lost = kept !== null && wasSeenOrHeard(kept) ? kept : null;
  }

  /** Notes what is on now. Reads reactive state: call it where that is followed. */
  note(): void {
    const { connection, local, me, onStage } = this.#session;
    const on = onStageNow(local);
    if (this.#pageGoes || connection.kind === 'connecting') return;
    const mayPublish = me.role !== 'student' || onStage;
    if (on !== null || !mayPublish || connection.kind === 'ended') this.lost = null;
    if (this.lost === null) keepOnStage(this.#classId, on, this.#storage);
  }

  /** From here on all ends with the page, and nothing by choice. */
  pageGoes(): void {
    this.#pageGoes = true;
  }

  /** The class was left, or the offer put away. */
  forget(): void {
    this.lost = null;
    keepOnStage(this.#classId, null, this.#storage);
  }
}

function onStageNow(local: Session['local']): OnStage | null {
  if (local.size === 0) return null;
  // A browser may give no id: any device of the kind will do then.
  const idOf = (kind: 'camera' | 'microphone'): string | undefined =>
    local.has(kind) ? (local.get(kind)?.track.getSettings().deviceId ?? '') : undefined;
  return {
    camera: idOf('camera'),
    microphone: idOf('microphone'),
    muted: local.get('microphone')?.muted === true,
    screen: local.has('screen'),
  };
}
