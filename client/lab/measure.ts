import { parseArgs } from 'node:util';
import type { AttentionState } from '../src/attention/attention-session.ts';
import type { CostReport } from '../src/attention/protocol.ts';
import { assembleAssets } from '../src/attention/build/assemble-assets.ts';
import { cacheFolder, landmarkerModel } from './lab-files.ts';
import { openLabPage } from './lab-page.ts';
import { makeClips } from './make-clips.ts';

/**
 * Measures the shipped worker in Chromium on a clip that faces the screen and prints one JSON line: vision per frame, score per
 * window, end of a window to its score, download sizes with brotli. Options: --seconds N of measuring (35), --no-sizes to leave
 * the compression out. The first score after the switch is a matter of the whole product: `npm run bench -- first-score`.
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '35' }, sizes: { type: 'boolean', default: true } },
  allowNegative: true,
});

interface Download {
  readonly role: string;
  readonly bytes: number;
  readonly brotliBytes: number;
}

const runtime = await measureRuntime(Number(values.seconds));
const downloads = values.sizes ? await measureDownloads() : null;
process.stdout.write(`${JSON.stringify({ ...runtime, downloads })}\n`);

async function measureRuntime(seconds: number): Promise<Record<string, number>> {
  const clips = await makeClips();
  const lab = await openLabPage({
    source: 'session-page.ts',
    chromiumArgs: [`--use-file-for-fake-video-capture=${clips.facing}`],
  });
  try {
    await lab.page.evaluate(() => window.lectern.start());
    await lab.page.waitForFunction(
      () => window.lectern.log().windows.some(({ outcome }) => outcome.kind === 'score'),
      null,
      {
        timeout: 120_000,
      },
    );
    await lab.page.waitForTimeout(seconds * 1000);
    const log = await lab.page.evaluate(() => window.lectern.log());
    // The first, partial window's costs are left out: it holds the first frames of a fresh process.
    const costs: readonly CostReport[] = log.costs.slice(1);
    return {
      windows: costs.length,
      framesPerSecond: mean(costs.map((cost) => cost.frames)) / 5,
      visionP50Ms: median(costs.map((cost) => cost.frameP50Ms)),
      visionP95Ms: median(costs.map((cost) => cost.frameP95Ms)),
      scoreMs: median(costs.map((cost) => cost.scoreMs)),
      windowEndToScoreP95Ms: quantile(
        costs.map((cost) => cost.lateMs),
        0.95,
      ),
      readyMs:
        log.states.find(({ state }: { state: AttentionState }) => state.kind === 'measuring')?.atMs ?? Number.NaN,
    };
  } finally {
    await lab.close();
  }
}

async function measureDownloads(): Promise<{ readonly totalBrotliBytes: number; readonly files: readonly Download[] }> {
  const manifest = await assembleAssets({
    outDir: cacheFolder('attention'),
    landmarkerModel: landmarkerModel(),
    brotli: true,
  });
  const files = manifest.files.map(({ role, bytes, brotliBytes }) => ({ role, bytes, brotliBytes }));
  return { totalBrotliBytes: files.reduce((sum, file) => sum + file.brotliBytes, 0), files };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
