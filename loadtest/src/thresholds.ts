/** What a scenario asks of its samples: the aggregate must stay below. */
export interface Threshold {
  /** As k6 writes it: `lectern_join{phase:join}`. */
  readonly selector: string;
  /** As in `p(95)`. */
  readonly how: string;
  readonly below: number;
}
export type Thresholds = readonly Threshold[];

const EXPRESSION = /^(?<how>[a-z]+(?:\([\d.]+\))?)\s*<\s*(?<below>[\d.]+)$/;

/** The thresholds in the options that `k6 inspect` prints. Throws for one that is not `aggregate<number`, the one form that figures have. */
export function thresholdsOf(inspected: string): Thresholds {
  const { thresholds } = JSON.parse(inspected) as { thresholds?: Record<string, readonly unknown[]> | null };
  return Object.entries(thresholds ?? {}).flatMap(([selector, expressions]) =>
    expressions.map((expression) => {
      const { how, below } = EXPRESSION.exec(textOf(expression))?.groups ?? {};
      if (how === undefined || below === undefined) {
        throw new Error(`${selector}: a threshold is written "aggregate<number", not ${JSON.stringify(expression)}`);
      }
      return { selector, how, below: Number(below) };
    }),
  );
}

function textOf(expression: unknown): string {
  if (typeof expression === 'object' && expression !== null && 'threshold' in expression)
    return String(expression.threshold);
  return String(expression);
}
