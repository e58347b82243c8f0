/** What is to be measured. `goal` null: named, not judged. */
export interface Goal {
  readonly name: string;
  readonly unit: string;
  /** What the value must stay below, in the same unit; or reach, where higher is better. */
  readonly goal: number | null;
  readonly better?: 'higher';
}

/** One figure against its goal. */
export interface Figure extends Goal {
  /** Null: it could not be measured, or there is none and `words` say so. */
  readonly value: number | null;
  /** What stands in place of a value where all was measured and there is none, such as "none up to 4000". */
  readonly words?: string;
  /** What was measured and how, in a few words. */
  readonly note: string;
}

/** One benchmark: gives its figures, and rejects when it could not measure them. */
export interface Benchmark {
  readonly name: string;
  readonly about: string;
  /** How long it takes, in words, where that is too long to be run unasked. */
  readonly whenNamed?: string;
  readonly goals: readonly Goal[];
  /** `quick`: less is measured where all of it takes very long. */
  run(log: (line: string) => void, options?: { readonly quick: boolean }): Promise<readonly Figure[]>;
}

/** True when the figure was measured and meets its goal, or has none. */
export function passes({ value, words, goal, better }: Figure): boolean {
  if (value === null) return goal === null && words !== undefined;
  return goal === null || (better === 'higher' ? value >= goal : value < goal);
}

/** True when the figure has a goal and misses it, which one that could not be measured does. */
export function misses(figure: Figure): boolean {
  return figure.goal !== null && !passes(figure);
}

/** A figure for each of the goals, in their order: as it was measured, or without a value. Throws for one without a goal. */
export function complete(goals: readonly Goal[], measured: readonly Figure[]): readonly Figure[] {
  const unknown = measured.find(({ name }) => !goals.some((goal) => goal.name === name));
  if (unknown !== undefined) throw new Error(`nobody asked for "${unknown.name}"`);
  return goals.map((goal) => {
    const figure = measured.find(({ name }) => name === goal.name);
    if (figure === undefined) return { ...goal, value: null, note: '' };
    return Number.isFinite(figure.value) ? figure : { ...figure, value: null };
  });
}
