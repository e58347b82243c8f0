import { z } from 'zod';
import type { Engine } from '../engine.ts';

const SQL = `
  SELECT DISTINCT window, contributor_id
  FROM live_signal
  WHERE class_id = {classId:UUID}
    AND window IN {windows:Array(UInt32)}
    AND contributor_id IN {contributorIds:Array(UUID)}`;

const rowSchema = z.object({ window: z.number().int(), contributor_id: z.string() });
type StoredContribution = z.infer<typeof rowSchema>;

/** Which of these contributors have a row in which of these windows. */
export function storedContributions(
  engine: Engine,
  classId: string,
  windows: readonly number[],
  contributorIds: readonly string[],
): Promise<StoredContribution[]> {
  return engine.query(SQL, { classId, windows, contributorIds }, rowSchema);
}
