import { z } from 'zod';
import { CLASS_STATUSES } from './class.ts';
import { classIdSchema } from './identity.ts';
import { loadTestResultSchema } from './load-test.ts';
import { SHEDDING_REASONS, sheddingSchema } from './media.ts';

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
  /** Resident memory of its own, without the pages of files that it shares with others. */
  ownBytes: figure.nullable(),
});
export type ProcessFigures = z.infer<typeof processSchema>;

/** How fast people are let in while some wait, into whichever class; 0 while nobody does. */
const doorFiguresSchema = z.strictObject({ letInPerSecond: share });
export type DoorFigures = z.infer<typeof doorFiguresSchema>;

/** One class by its id, as it stands in the log; its title is not the operator's. */
const runningClassSchema = z.strictObject({
  classId: classIdSchema,
  status: z.enum(CLASS_STATUSES),
  present: figure,
  /** At the door. */
  waiting: figure,
  hearing: figure,
  onStage: figure,
  /** What is given up now, so that the sound goes on. */
  shedding: sheddingSchema,
});
export type RunningClass = z.infer<typeof runningClassSchema>;

/** Where the first figure of what a packet costs comes from. */
export const PACKET_COST_SOURCES = ['measured', 'set', 'assumed'] as const;
export type PacketCostSource = (typeof PACKET_COST_SOURCES)[number];

const workerSchema = processSchema.extend({
  index: figure,
  port: figure,
  state: z.enum(['running', 'replacing']),
  /** What it is expected to send. */
  packetsPerSecond: share,
  /** What it may be given. */
  budgetPacketsPerSecond: z.number().positive(),
  /** How full it is, 1 at its limit: its packets as a share of the budget, or its CPU as a share of what media may take of a core, whichever is more. */
  pressureShare: share,
  /** Which of the two it is. What links take that come up is left out of the CPU: that passes by itself. */
  pressureReason: z.enum(SHEDDING_REASONS),
  /** CPU for each packet sent that the budget reckons with: at first 1.6 times the test at the start, as on full cores; then as measured in operation. */
  cpuMicrosPerPacket: share,
  /** What the test at the start measured, on a core of its own; null where there was none. */
  testedMicrosPerPacket: share.nullable(),
  /** Where the budget comes from: measured here at the start and corrected since, set by the operator, or a cautious guess. */
  budgetSource: z.enum(PACKET_COST_SOURCES),
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

/** What is kept of the newest load test: nothing before the first; one that a release kept in another form cannot be read. */
const lastLoadTestSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('none') }),
  z.strictObject({ state: z.literal('unreadable'), receivedAt: z.iso.datetime() }),
  z.strictObject({ state: z.literal('read'), result: loadTestResultSchema }),
]);
export type LastLoadTest = z.infer<typeof lastLoadTestSchema>;

/** GET /api/operator/status. */
export const operatorStatusSchema = z.strictObject({
  at: z.iso.datetime(),
  /** When the preparation for an update began; null: classes can be started. */
  drainingSince: z.iso.datetime().nullable(),
  /** Those of people, then those of load tests: no other figure of classes and people counts the latter. */
  classes: z.array(runningClassSchema),
  loadTests: z.array(
    z.strictObject({
      classId: classIdSchema,
      participants: figure,
      /** Who are in: its participants, and not the instructor. */
      students: figure,
      /** At the door, which is one for all classes. */
      waiting: figure,
      endsAt: z.iso.datetime(),
      shedding: sheddingSchema,
    }),
  ),
  /** People of all classes but those of load tests. */
  links: linkCountsSchema,
  /** Mean share of packets that these people's pages say they lost in the seconds before they last told; null while none does. */
  lossShare: share.nullable(),
  workers: z.array(workerSchema),
  door: doorFiguresSchema,
  /** Of all classes, those of load tests included. */
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
  lastLoadTest: lastLoadTestSchema,
});
export type OperatorStatus = z.infer<typeof operatorStatusSchema>;

/** POST /api/operator/drain -> operatorStatusSchema: no class can be started any more, or again. Those that run go on. */
export const drainSchema = z.strictObject({ drain: z.boolean() });
