export interface ScoreOptions {
  readonly truth: string;
  readonly rows: readonly string[];
  readonly json: string | null;
  readonly resamples: number;
  readonly seed: number;
}
export async function score(_options: ScoreOptions): Promise<void> {
  await Promise.resolve();
}
