/** One measured figure against its goal. `goal` null: named, not judged. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Largest value that passes, in the same unit. */
  readonly goal: number | null;
  /** What was measured and how, in a few words. */
  readonly note: string;
}

/** One benchmark: gives one or more figures, and rejects when it could not measure them. */
export interface Benchmark {
  readonly name: string;
  readonly about: string;
  run(log: (line: string) => void): Promise<readonly Figure[]>;
}

/** True when the figure meets its goal, or has none. */
export function passes(figure: Figure): boolean {
  return figure.goal === null || figure.value < figure.goal;
}
