/** A straight line's rise for each unit of x, and how far it may be off. */
export interface Slope {
  readonly value: number;
  /** Half the width of its 95 % interval; infinite with fewer than three points. */
  readonly marginOfError: number;
}

/** The least-squares line through these points. Its interval takes the points for independent of each other. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): Slope {
  const middle = (axis: 0 | 1): number => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [x0, y0] = [middle(0), middle(1)];
  const xx = points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
  const value = points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / xx;
  const residual = points.reduce((sum, [x, y]) => sum + (y - y0 - value * (x - x0)) ** 2, 0);
  const freedom = points.length - 2;
  const marginOfError =
    freedom < 1 ? Number.POSITIVE_INFINITY : twoSided95(freedom) * Math.sqrt(residual / freedom / xx);
  return { value, marginOfError };
}

/** Student's t at 97.5 %, within 0.5 % from three degrees of freedom on. */
export function twoSided95(freedom: number): number {
  const exact = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
  const [z, n] = [1.959964, freedom];
  // Cornish and Fisher's expansion of the quantile in 1/n.
  return exact[n - 1] ?? z + (z ** 3 + z) / (4 * n) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n * n);
}
