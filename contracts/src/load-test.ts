import { z } from 'zod';
import { joinCodeSchema, MOST_PEOPLE_IN_A_CLASS } from './class.ts';
import { freeTextSchema } from './free-text.ts';
import { seatSchema } from './http.ts';
import { classIdSchema } from './identity.ts';

/** A class of a load test ends by itself after this at the latest. */
export const MOST_MINUTES_OF_A_LOAD_TEST = 240;

/**
 * POST /api/load-tests, with `Authorization: Bearer LECTERN_LOAD_TOKEN`: makes a class for a load test, with its doors open. It is
 * marked as synthetic, stands in no figure of ordinary classes, and is removed with all that was done in it at `endsAt`, or
 * before by DELETE /api/load-tests/:classId with the same header and `content-type: application/json`.
 */
export const loadTestCreateSchema = z.strictObject({
  participants: z.number().int().min(1).max(MOST_PEOPLE_IN_A_CLASS),
  minutes: z.number().int().min(1).max(MOST_MINUTES_OF_A_LOAD_TEST),
  title: freeTextSchema(120).optional(),
});
export type LoadTestCreate = z.infer<typeof loadTestCreateSchema>;

/** The class that was made, answered with 201: people join it like any other, by its join code. */
export const loadTestSchema = z.strictObject({
  classId: classIdSchema,
  joinCode: joinCodeSchema,
  /** A seat of an instructor without an account. */
  instructor: seatSchema,
  endsAt: z.iso.datetime(),
});
export type LoadTest = z.infer<typeof loadTestSchema>;

/** What a load test found: PUT /api/load-tests/last keeps the newest for the operator's page. */
export const loadTestResultSchema = z.strictObject({
  scenario: z.string().regex(/^[a-z0-9-]{1,60}$/),
  finishedAt: z.iso.datetime(),
  /** Every figure met its goal, and nothing broke the run off. */
  passed: z.boolean(),
  /** It ended before its time: somebody interrupted it, or the generator failed. The figures tell of the part before that. */
  brokenOff: z.boolean(),
  /** Why it says nothing about the server, in plain English and each with its remedy: the generator was late, say, or the server left something out. Empty where it counts. */
  doesNotCount: z.array(freeTextSchema(300)).max(20),
  participants: z.number().int().min(1).max(MOST_PEOPLE_IN_A_CLASS),
  /** Share of the students that contributed scores, in 0..1: a class in which nobody does is another class. */
  contributing: z.number().min(0).max(1),
  /** Goals that this server did not tell enough to judge, by the names of their figures. */
  notJudged: z.array(freeTextSchema(160)).max(20),
  figures: z
    .array(
      z.strictObject({
        name: freeTextSchema(160),
        /** Null: it could not be measured. */
        value: z.number().nullable(),
        unit: z.string().max(40),
        /** What the value must stay below, in the same unit; null for a figure without a goal. */
        goal: z.number().nullable(),
        passed: z.boolean(),
      }),
    )
    .max(100),
  /** Cores, memory, kernel and versions in one line. */
  machine: z.string().max(500),
});
export type LoadTestResult = z.infer<typeof loadTestResultSchema>;
