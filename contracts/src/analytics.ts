import { z } from 'zod';
import { classIdSchema, contributorIdSchema } from './identity.ts';
import { pacingSchema, coverageSchema, modelTagSchema } from './pacing.ts';

/** The loopback protocol between server and analytics: JSON over HTTP with a bearer token. No name ever crosses it. */

const windowIndex = z.number().int().nonnegative().max(0xffff_ffff);

/** One device's word on one window, as it is stored. */
export const signalRowSchema = z.strictObject({
  classId: classIdSchema,
  contributorId: contributorIdSchema,
  window: windowIndex,
  /** Null: the device could not tell. */
  score: z.number().min(0).max(1).nullable(),
  modelTag: modelTagSchema,
});
export type SignalRow = z.infer<typeof signalRowSchema>;

/** POST /v1/signals. Answered only when every row that is `stored` is on disk (fsync). Sending the same rows again is harmless. */
export const ingestRequestSchema = z.strictObject({ rows: z.array(signalRowSchema).max(10_000) });
export type IngestRequest = z.infer<typeof ingestRequestSchema>;

/**
 * Verdict on each row, in the order of the request: `not-counted` when its window was closed already and this contributor's
 * value is not in it. A row that was stored before, and whose answer got lost, is `stored` again.
 */
export const ingestResponseSchema = z.strictObject({ verdicts: z.array(z.enum(['stored', 'not-counted'])) });
export type IngestResponse = z.infer<typeof ingestResponseSchema>;

/**
 * POST /v1/windows/close. Aggregates each window once into a published row; closing a window again returns what was
 * published then. Windows are closed in order; `present` is the number of students in the class at the window's end.
 */
export const closeWindowRequestSchema = z.strictObject({
  classId: classIdSchema,
  window: windowIndex,
  present: z.number().int().nonnegative(),
  minimumCohort: z.number().int().min(10),
});
export type CloseWindowRequest = z.infer<typeof closeWindowRequestSchema>;
export const closeWindowResponseSchema = z.strictObject({ coverage: coverageSchema, pacing: pacingSchema });
export type CloseWindowResponse = z.infer<typeof closeWindowResponseSchema>;

/** GET /v1/classes/:classId/pacing?minimumCohort=10 */
export const pacingResponseSchema = pacingSchema;

/** GET /v1/classes/:classId/closed: the newest closed window, null before the first; asked after a restart of the server. */
export const closedResponseSchema = z.strictObject({ lastClosedWindow: windowIndex.nullable() });

/**
 * DELETE /v1/classes/:classId/live removes what devices said of a class that is over; what was published stays. DELETE
 * /v1/classes/:classId removes all rows of a class (erasure). GET /v1/health answers this.
 */
export const analyticsHealthSchema = z.strictObject({
  status: z.enum(['ok', 'failing']),
  store: z.enum(['chdb', 'clickhouse']),
  version: z.string(),
  /** The store's own; left out while it does not answer. */
  storeVersion: z.string().optional(),
  detail: z.string().optional(),
});
export type AnalyticsHealth = z.infer<typeof analyticsHealthSchema>;
