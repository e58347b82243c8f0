import { parseArgs } from 'node:util';
import type { AttentionState } from '../src/attention/attention-session.ts';
import type { CostReport } from '../src/attention/protocol.ts';
import { assembleAssets } from '../src/attention/build/assemble-assets.ts';
import { cacheFolder, landmarkerModel } from './lab-files.ts';
import type { LabPage } from './lab-page.ts';
import { makeClips } from './make-clips.ts';
import { openSessionPage, startMeasuring } from './measured-page.ts';
import { browserUse } from './process-use.ts';

/**
 * Measures the shipped worker in Chromium on a clip that faces the screen and prints one JSON line: once as on mains and once as on
 * battery, vision per frame, score per window, end of a window to its score, processor and memory; then the sizes of the
 * downloads with brotli. Options: --seconds N of measuring each (35), --no-sizes to leave the compression out. The first score after the
 * switch is a matter of the whole product: `npm run bench -- first-score`.
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '35' }, sizes: { type: 'boolean', default: true } },
  allowNegative: true,
});
/** The rate has settled by then: five steps up, five seconds each. */
const SETTLED_MS = 25_000;

interface Download {
  readonly role: string;
  readonly bytes: number;
  readonly brotliBytes: number;
}

const seconds = Number(values.seconds);
const mains = await measureRuntime(seconds, false);
const battery = await measureRuntime(seconds, true);
const downloads = values.sizes ? await measureDownloads() : null;
process.stdout.write(`${JSON.stringify({ mains, battery, downloads })}\n`);

async function measureRuntime(seconds: number, onBattery: boolean): Promise<Record<string, number>> {
  const clips = await makeClips();
  const lab = await openSessionPage(clips.facing, {
    // How pressed the machine of a measurement is shall not decide the rate that is measured.
    chromiumArgs: ['--disable-features=ComputePressure'],
  });
  try {
    await powerBy(lab, onBattery);
    await lab.page.evaluate(() => window.lectern.openCamera());
    await lab.page.waitForTimeout(2000);
    const before = await browserUse(lab.browser);
    await startMeasuring(lab);
    await lab.page.waitForFunction(
      () => window.lectern.log().windows.some(({ outcome }) => outcome.kind === 'score'),
      null,
      { timeout: 120_000 },
    );
    await lab.page.waitForTimeout(SETTLED_MS);
    const [settled, settledAtMs] = [await browserUse(lab.browser), performance.now()];
    const passed = await lab.page.evaluate(() => window.lectern.log().costs.length);
    await lab.page.waitForTimeout(seconds * 1000);
    const after = await browserUse(lab.browser);
    const spanSeconds = (performance.now() - settledAtMs) / 1000;
    const log = await lab.page.evaluate(() => window.lectern.log());
    const costs: readonly CostReport[] = log.costs.slice(passed);
    return {
      windows: costs.length,
      framesPerSecond: mean(costs.map((cost) => cost.frames)) / 5,
      targetHz: costs.at(-1)?.targetHz ?? Number.NaN,
      visionP50Ms: median(costs.map((cost) => cost.frameP50Ms)),
      visionP95Ms: median(costs.map((cost) => cost.frameP95Ms)),
      scoreMs: median(costs.map((cost) => cost.scoreMs)),
      windowEndToScoreP95Ms: quantile(
        costs.map((cost) => cost.lateMs),
        0.95,
      ),
      readyMs:
        log.states.find(({ state }: { state: AttentionState }) => state.kind === 'measuring')?.atMs ?? Number.NaN,
      workerShare: (after.workerCpuSeconds - settled.workerCpuSeconds) / spanSeconds,
      browserShare: (after.cpuSeconds - settled.cpuSeconds) / spanSeconds,
      memoryMb: Math.max(settled.privateMb, after.privateMb) - before.privateMb,
    };
  } finally {
    await lab.close();
  }
}

/** What the browser says of its power: no browser lets itself be unplugged from outside. */
async function powerBy({ page }: LabPage, onBattery: boolean): Promise<void> {
  await page.evaluate((draining) => {
    const battery = Object.assign(new EventTarget(), { charging: !draining, level: 0.8 });
    Object.assign(navigator, { getBattery: () => Promise.resolve(battery) });
  }, onBattery);
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
