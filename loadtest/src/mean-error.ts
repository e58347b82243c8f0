import { likenessOf } from './slope.ts';

/** A mean, and how sure it is. */
export interface MeanError {
  readonly mean: number;
  /** Its standard error, in the same unit; infinite for fewer than two values. */
  readonly error: number;
}

/** Of values in the order of their measuring; null for none. Neighbours that tell the same make it less sure. */
export function meanError(values: readonly number[]): MeanError | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, error: Infinity };
  const residuals = values.map((value) => value - mean);
  const variance = residuals.reduce((sum, each) => sum + each ** 2, 0) / (n - 1);
  const alike = likenessOf(residuals);
  return { mean, error: Math.sqrt((variance / n) * ((1 + alike) / (1 - alike))) };
}
