import type { Engine } from '../engine.ts';

const SQL = 'ALTER TABLE live_signal DELETE WHERE class_id = {classId:UUID} SETTINGS mutations_sync = 2';

/** Deletes what devices said of a class; its published rows stay. Resolves when no query finds a row any more. */
export function dropLiveRows(engine: Engine, classId: string): Promise<void> {
  return engine.command(SQL, { classId });
}
