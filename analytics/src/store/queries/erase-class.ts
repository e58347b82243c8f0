import { STORED_TABLES } from '../engine.ts';
import type { Engine } from '../engine.ts';

/** Deletes every row of a class in every table. Resolves when no query finds one any more. */
export async function eraseClassRows(engine: Engine, classId: string): Promise<void> {
  for (const table of STORED_TABLES) {
    await engine.command(`ALTER TABLE ${table} DELETE WHERE class_id = {classId:UUID} SETTINGS mutations_sync = 2`, {
      classId,
    });
  }
}
