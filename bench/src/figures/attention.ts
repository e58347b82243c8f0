import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Benchmark } from '../figure.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../client/lab/measure.ts');

interface Measured {
  readonly visionP50Ms: number;
  readonly visionP95Ms: number;
  readonly scoreMs: number;
  readonly windowEndToScoreP95Ms: number;
  readonly firstScoreMs: number;
  readonly framesPerSecond: number;
  readonly downloads: { readonly totalBrotliBytes: number };
}

/** What measuring costs a student's device: the shipped worker in Chromium, its camera playing a rendered clip. */
export const attention: Benchmark = {
  name: 'attention',
  about: 'on-device measuring: cost of a frame and of a window, download, first score',
  async run(log) {
    const measured = JSON.parse(await printedBy(PROGRAM, log)) as Measured;
    const clip = `rendered clip, ${measured.framesPerSecond.toFixed(1)} frames a second looked at`;
    return [
      { name: 'vision per frame p50', value: measured.visionP50Ms, unit: 'ms', goal: 25, note: clip },
      { name: 'vision per frame p95', value: measured.visionP95Ms, unit: 'ms', goal: null, note: clip },
      {
        name: 'score per window',
        value: measured.scoreMs,
        unit: 'ms',
        goal: 5,
        note: 'ONNX Runtime, one thread, median',
      },
      {
        name: 'end of a window to its score p95',
        value: measured.windowEndToScoreP95Ms,
        unit: 'ms',
        goal: 250,
        note: 'in the worker',
      },
      {
        name: 'attention download',
        value: measured.downloads.totalBrotliBytes / 1e6,
        unit: 'MB',
        goal: 8.5,
        note: 'brotli: worker, both wasm files, both models',
      },
      {
        name: 'first score after the switch',
        value: measured.firstScoreMs / 1000,
        unit: 's',
        goal: 10,
        note: 'local server, empty cache',
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
