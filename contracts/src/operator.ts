import { z } from 'zod';
import { CLASS_STATUSES } from './class.ts';
import { classIdSchema } from './identity.ts';
import { loadTestResultSchema } from './load-test.ts';

/** What an operator sees of the platform: figures without content, and nobody by themselves. */

const figure = z.number().int().nonnegative();
const share = z.number().nonnegative();

/** A running process. Null: not known here, as of a program on another machine. */
const processSchema = z.strictObject({
  pid: figure.nullable(),
  /** Share of one core over the last seconds. */
  cpuShare: share.nullable(),
  /** All that is resident, what is shared with other processes included. */
  residentBytes: figure.nullable(),
});
export type ProcessFigures = z.infer<typeof processSchema>;

/** One class by its id, as it stands in the log; its title is not the operator's. */
const runningClassSchema = z.strictObject({
  classId: classIdSchema,
  status: z.enum(CLASS_STATUSES),
  present: figure,
  hearing: figure,
  onStage: figure,
  /** What is left out now so that the rest goes on, in the order it was; null where this server never sheds. */
  shedding: z.array(z.string()).nullable(),
});
export type RunningClass = z.infer<typeof runningClassSchema>;

const workerSchema = processSchema.extend({
  index: figure,
  port: figure,
  state: z.enum(['running', 'replacing']),
  /** Estimated load. */
  packetsPerSecond: share,
  /** What one core bears, by the self-test and what is measured since; null where it is not known. */
  budgetPacketsPerSecond: z.number().positive().nullable(),
  cpuMicrosPerPacket: share.nullable(),
});
export type WorkerFigures = z.infer<typeof workerSchema>;

/** How well pages say that they receive, from round-trip time and loss: people, not which. */
export const linkCountsSchema = z.strictObject({ good: figure, fair: figure, poor: figure, unknown: figure });
export type LinkCounts = z.infer<typeof linkCountsSchema>;

const signalFiguresSchema = z.strictObject({
  /** Scores that the analytics process has not confirmed yet. */
  waiting: figure,
  /** How long ago the oldest of them came in; null while none waits. */
  oldestMs: figure.nullable(),
  /** Since the start. */
  received: figure,
  stored: figure,
  /** Datagrams dropped since the start, by reason. */
  dropped: z.record(z.string(), figure),
  /** Why scores wait, in plain English; null while they go through. */
  failure: z.string().nullable(),
});
export type SignalFigures = z.infer<typeof signalFiguresSchema>;

/** GET /api/operator/status. */
export const operatorStatusSchema = z.strictObject({
  at: z.iso.datetime(),
  /** When the preparation for an update began; null: classes can be started. */
  drainingSince: z.iso.datetime().nullable(),
  /** Those of people, then those of load tests: nothing else counts the latter. */
  classes: z.array(runningClassSchema),
  loadTests: z.array(
    z.strictObject({
      classId: classIdSchema,
      participants: figure,
      present: figure,
      endsAt: z.iso.datetime(),
    }),
  ),
  /** People of all classes but those of load tests. */
  links: linkCountsSchema,
  workers: z.array(workerSchema),
  /** Who waits to be let in; null where this server lets everybody in at once. */
  door: z.strictObject({ waiting: figure, letInPerSecond: share }).nullable(),
  signals: signalFiguresSchema,
  server: processSchema.extend({ eventLoopP99Ms: share.nullable(), uptimeSeconds: figure }),
  analytics: processSchema.extend({ status: z.enum(['ok', 'starting', 'failing']) }),
  versions: z.strictObject({
    lectern: z.string(),
    node: z.string(),
    mediasoup: z.string(),
    database: z.string(),
    /** Null until the analytics process has said it. */
    analyticsStore: z.string().nullable(),
  }),
  loadTestsAllowed: z.boolean(),
  lastLoadTest: loadTestResultSchema.nullable(),
});
export type OperatorStatus = z.infer<typeof operatorStatusSchema>;

/** POST /api/operator/drain -> operatorStatusSchema: no class can be started any more, or again. Those that run go on. */
export const drainSchema = z.strictObject({ drain: z.boolean() });
