import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Benchmark } from '@lectern/testbed';

const PROGRAM = resolve(import.meta.dirname, '../../../client/lab/measure.ts');

interface Measured {
  readonly visionP50Ms: number;
  readonly visionP95Ms: number;
  readonly scoreMs: number;
  readonly windowEndToScoreP95Ms: number;
  readonly framesPerSecond: number;
  readonly downloads: { readonly totalBrotliBytes: number };
}

const VISION_P50 = { name: 'vision per frame p50', unit: 'ms', goal: 25 };
const VISION_P95 = { name: 'vision per frame p95', unit: 'ms', goal: null };
const SCORE = { name: 'score per window', unit: 'ms', goal: 5 };
const WINDOW_END = { name: 'end of a window to its score p95', unit: 'ms', goal: 250 };
const DOWNLOAD = { name: 'attention download', unit: 'MB', goal: 8.5 };

/** What measuring costs a student's device: the shipped worker in Chromium, its camera playing a rendered clip. */
export const attention: Benchmark = {
  name: 'attention',
  about: 'on-device measuring: cost of a frame and of a window, download',
  goals: [VISION_P50, VISION_P95, SCORE, WINDOW_END, DOWNLOAD],
  async run(log) {
    const measured = JSON.parse(await printedBy(PROGRAM, log)) as Measured;
    const clip = `rendered clip, ${measured.framesPerSecond.toFixed(1)} frames a second looked at`;
    return [
      { ...VISION_P50, value: measured.visionP50Ms, note: clip },
      { ...VISION_P95, value: measured.visionP95Ms, note: clip },
      { ...SCORE, value: measured.scoreMs, note: 'ONNX Runtime, one thread, median' },
      { ...WINDOW_END, value: measured.windowEndToScoreP95Ms, note: 'in the worker' },
      {
        ...DOWNLOAD,
        value: measured.downloads.totalBrotliBytes / 1e6,
        note: 'brotli: worker, both wasm files, both models',
      },
    ];
  },
};

function printedBy(program: string, log: (line: string) => void): Promise<string> {
  return new Promise((fulfil, reject) => {
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => log(text.trimEnd()));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) fulfil(printed);
      else reject(new Error(`${program} ended with ${String(code)}`));
    });
  });
}
