import { z } from 'zod';

/** Fewest contributors for which a window's value may leave the analytics process; an institution may set it higher. */
export const MINIMUM_COHORT = 10;

/** From how many measured people on a reading is shown, and over which span. */
export const READING_STEPS = [
  { from: 200, resolution: 'window', spanMs: 5_000 },
  { from: 30, resolution: 'minute', spanMs: 60_000 },
  { from: MINIMUM_COHORT, resolution: 'words', spanMs: 300_000 },
] as const;
export type ReadingResolution = (typeof READING_STEPS)[number]['resolution'];

const share = z.number().min(0).max(1);

/** Words for 10 to 29 measured: about how many of those measured face the screen. */
export const LEVEL_WORDS = ['most', 'about-half', 'few'] as const;
/** From which share on a level is called so, for words and for the word beside a figure alike; below both it is `few`. */
export const LEVEL_FROM = { most: 0.65, 'about-half': 0.35 } as const;

/**
 * What may be shown of one stretch of the class, computed from published rows alone. Words carry no number.
 * `low`..`high` is the 95 % interval from the noise of the published rows.
 */
export const readingSchema = z.discriminatedUnion('resolution', [
  z.strictObject({
    resolution: z.literal('words'),
    fromMs: z.number().int(),
    toMs: z.number().int(),
    level: z.enum(LEVEL_WORDS),
    measured: z.number().int(),
  }),
  z.strictObject({
    resolution: z.enum(['minute', 'window']),
    fromMs: z.number().int(),
    toMs: z.number().int(),
    share,
    low: share,
    high: share,
    measured: z.number().int(),
  }),
]);
export type Reading = z.infer<typeof readingSchema>;

/**
 * One closed window as staff may see it: how many were measured, unclear (abstained) and present, and nothing of the
 * value. Below five measured both counts are null: "fewer than 5 taking part".
 */
export const coverageSchema = z.strictObject({
  window: z.number().int().nonnegative(),
  measured: z.number().int().nullable(),
  unclear: z.number().int().nullable(),
  /** Students present when the window closed. */
  present: z.number().int().nonnegative(),
});
export type Coverage = z.infer<typeof coverageSchema>;

/** First four bytes of a model's SHA-256, as an unsigned integer. */
export const modelTagSchema = z.number().int().nonnegative().max(0xffff_ffff);

/** Why there is no current reading, where there is none. */
export const PACING_STATES = ['off', 'few', 'some', 'reading', 'catching-up'] as const;

/**
 * The pacing view's content: sent whole to staff when they join and after each window.
 * `few`: fewer than 5 take part; `some`: 5 to k-1; `reading`: a figure or words may be shown; `catching-up`: the analytics
 * process is behind or away, `lastMs` says up to where figures go; `off`: the signal is switched off.
 */
export const pacingSchema = z.strictObject({
  state: z.enum(PACING_STATES),
  minimumCohort: z.number().int(),
  /**
   * The models that this class's figures come from, ascending; empty before the first window with a value. One that never
   * scored for five devices in one window is not among them.
   */
  modelTags: z.array(modelTagSchema),
  /** Class clock in ms of the end of the newest closed window; null before the first. */
  lastMs: z.number().int().nullable(),
  /** How many take part, as the state is told from: the middle one of the newest minute's counts; null below five. */
  measured: z.number().int().nullable(),
  /** The current reading; the same estimate as the newest mark of `readings`. */
  current: readingSchema.nullable(),
  /** Marks of the last 15 minutes, oldest first, without overlap; gaps where nothing may be shown. */
  readings: z.array(readingSchema),
  /** Five-second marks of the last 15 minutes; only where 200 or more were measured. */
  fine: z.array(readingSchema),
  coverage: z.array(coverageSchema),
});
export type Pacing = z.infer<typeof pacingSchema>;

/** Lane of participation: totals of one minute of the class clock. */
export const participationMinuteSchema = z.strictObject({
  minute: z.number().int().nonnegative(),
  messages: z.number().int(),
  hands: z.number().int(),
  reactions: z.number().int(),
});
export type ParticipationMinute = z.infer<typeof participationMinuteSchema>;

/** Lane of class events. Slides, polls and topics come with the teaching tools. */
export const CLASS_EVENT_KINDS = [
  'started',
  'ended',
  'screen-share-started',
  'screen-share-ended',
  'stage-joined',
  'stage-left',
  'signal-on',
  'signal-off',
] as const;
export const classEventSchema = z.strictObject({ atMs: z.number().int(), kind: z.enum(CLASS_EVENT_KINDS) });
export type ClassEvent = z.infer<typeof classEventSchema>;
