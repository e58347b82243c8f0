import type { Figure, Machine } from '@lectern/testbed';
import type { Asked } from './command-line.ts';
import type { Versions } from './machine.ts';
import type { Point } from './points.ts';
import type { ServerSettings } from './server-settings.ts';

/** One figure of a run against its goal. */
export interface RunFigure extends Figure {
  /** It is about what a server tells of itself, and this one told nothing of it: no fault of the class that was played. */
  readonly untold?: true;
}

/** What was done to the server on purpose, and when. */
export interface Fault {
  /** Milliseconds of the wall clock, as in points. */
  readonly atMs: number;
  /** In a few words, such as "server killed". */
  readonly what: string;
}

/** What one run came to. */
export interface Run {
  readonly asked: Asked;
  readonly machine: Machine;
  readonly versions: Versions;
  /** Null where the server did not say. */
  readonly settings: ServerSettings | null;
  readonly finishedAt: Date;
  readonly figures: readonly RunFigure[];
  readonly points: readonly Point[];
  /** In the order of time; none where nothing was broken. */
  readonly faults: readonly Fault[];
  /** Share of the students that contributed scores, in 0..1; null where nobody was in. */
  readonly contributing: number | null;
  /** Every goal was met, and nothing broke the run off. */
  readonly passed: boolean;
  /** Why it ended before its time, in words, as "Interrupted"; null where it did not. */
  readonly brokenOff: string | null;
  /** Goals that a server elsewhere did not tell enough to judge. */
  readonly notJudged: readonly string[];
  /** Why it says nothing about the server; empty where it counts. */
  readonly doesNotCount: readonly string[];
  /** What the scenario noted in words. */
  readonly notes: Readonly<Record<string, unknown>>;
}
