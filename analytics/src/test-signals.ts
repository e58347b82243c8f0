import { randomUUID } from 'node:crypto';
import { classIdSchema, contributorIdSchema } from '@lectern/contracts';
import type { ClassId, ContributorId, SignalRow } from '@lectern/contracts';
import type { PublishedWindow } from './published-window.ts';

/** A class that no other test knows. */
export function newClass(): ClassId {
  return classIdSchema.parse(randomUUID());
}

/** `count` contributors, always the same ones in the same order. */
export function people(count: number): ContributorId[] {
  return Array.from({ length: count }, (_, index) =>
    contributorIdSchema.parse(`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`),
  );
}

/** A score of one contributor for one window. */
export function scored(
  classId: ClassId,
  contributorId: ContributorId,
  window: number,
  score: number,
  modelTag = 1,
): SignalRow {
  return { classId, contributorId, window, score, modelTag };
}

/** An abstention of one contributor for one window. */
export function abstained(classId: ClassId, contributorId: ContributorId, window: number, modelTag = 1): SignalRow {
  return { classId, contributorId, window, score: null, modelTag };
}

/** A published row of `measured` contributors whose scores were all `score`, without any noise but its known size. */
export function publishedWindow(window: number, measured: number, score: number, noiseSd = 10): PublishedWindow {
  return {
    window,
    present: measured,
    measured: measured < 5 ? null : measured,
    unclear: 0,
    minimumCohort: 10,
    value: measured < 10 ? null : { noisySum: measured * score, noiseSd },
    modelTags: measured < 10 ? [] : [1],
  };
}
