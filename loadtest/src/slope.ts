/** How something grows, with 95 % confidence. */
export interface Slope {
  /** Per unit of x. */
  readonly value: number;
  /** The true one lies within this of it, with 95 % confidence. */
  readonly margin: number;
}

/** Neighbouring samples tell the same: as blocks they are nearly independent, and the confidence is not made up. */
const BLOCKS = 20;
const FEWEST_BLOCKS = 8;
const NORMAL_975 = 1.959964;

/** The line of least squares through blocks of the samples, which are in the order of x; null for too few of them. */
export function slopeOf(samples: readonly (readonly [x: number, y: number])[]): Slope | null {
  const blocks = blocksOf(samples);
  const n = blocks.length;
  if (n < FEWEST_BLOCKS) return null;
  const mean = (pick: (block: readonly [number, number]) => number): number =>
    blocks.reduce((sum, block) => sum + pick(block), 0) / n;
  const meanX = mean(([x]) => x);
  const meanY = mean(([, y]) => y);
  const spread = blocks.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) return null;
  const value = blocks.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const residual = blocks.reduce((sum, [x, y]) => sum + (y - meanY - value * (x - meanX)) ** 2, 0);
  const standardError = Math.sqrt(residual / (n - 2) / spread);
  return { value, margin: student975(n - 2) * standardError };
}

function blocksOf(samples: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const count = Math.min(BLOCKS, samples.length);
  return Array.from({ length: count }, (_, index) => {
    const block = samples.slice(
      Math.floor((index * samples.length) / count),
      Math.floor(((index + 1) * samples.length) / count),
    );
    const mean = (pick: 0 | 1): number => block.reduce((sum, sample) => sum + sample[pick], 0) / block.length;
    return [mean(0), mean(1)] as const;
  });
}

/** The 97.5 % quantile of Student's t by the expansion of Cornish and Fisher: within 0.002 from six degrees of freedom on. */
function student975(degrees: number): number {
  const z = NORMAL_975;
  return (
    z +
    (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  );
}
