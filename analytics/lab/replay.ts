/**
 * Replays a scripted class of fifteen minutes, with a dip and a recap, through a real analytics process, and prints the pacing
 * view's content as JSON. For pictures and tests of the view.
 *
 *   node analytics/lab/replay.ts --contributors 60 [--present 98] [--seed 1] [--windows 180]
 *   node analytics/lab/replay.ts ... --url http://127.0.0.1:7000 --token TOKEN [--class UUID]
 *
 * Without --url it starts a process of its own with an empty store, which is removed afterwards. Scores are the same for
 * the same seed; the noise is real and drawn anew, so that two replays look alike and are not equal.
 */
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { classIdSchema, closeWindowResponseSchema, MINIMUM_COHORT } from '@lectern/contracts';
import type { Pacing } from '@lectern/contracts';
import { z } from 'zod';
import { ScriptedClass } from './scripted-class.ts';

const PROGRAM = fileURLToPath(new URL('../src/main.ts', import.meta.url));

const optionsSchema = z.strictObject({
  contributors: z.coerce.number().int().min(0).max(10_000),
  present: z.coerce.number().int().min(0).optional(),
  seed: z.coerce.number().int().default(1),
  windows: z.coerce.number().int().min(1).max(180).default(180),
  url: z.url().optional(),
  token: z.string().optional(),
  class: classIdSchema.default(() => classIdSchema.parse(randomUUID())),
});
type ReplayOptions = z.output<typeof optionsSchema>;

interface Target {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

async function ownProcess(): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), 'lectern-replay-'));
  const token = randomBytes(32).toString('base64url');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      LECTERN_ANALYTICS_TOKEN: token,
      LECTERN_ANALYTICS_DIR: directory,
      LECTERN_ANALYTICS_PARENT: 'true',
      LECTERN_LOG_LEVEL: 'warn',
    },
  });
  const exited = once(child, 'exit');
  const ready = once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line));
  const line = await Promise.race([ready, exited.then(() => Promise.reject(new Error('it did not start')))]);
  return {
    url: z.object({ url: z.string() }).parse(JSON.parse(line)).url,
    token,
    async close() {
      child.kill('SIGTERM');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function post(target: Target, path: string, body: object): Promise<unknown> {
  const response = await fetch(new URL(path, target.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** Plays the class window by window and gives what the pacing view shows at its end. */
async function replay(target: Target, options: ReplayOptions): Promise<Pacing> {
  const { contributors, windows, seed, class: classId } = options;
  const scripted = new ScriptedClass({ classId, contributors, seed });
  const present = options.present ?? Math.round(contributors * 1.55) + 5;
  let pacing: Pacing | undefined;
  for (let window = 0; window < windows; window += 1) {
    await post(target, '/v1/signals', { rows: scripted.rows(window) });
    const close = { classId, window, present, minimumCohort: MINIMUM_COHORT };
    ({ pacing } = closeWindowResponseSchema.parse(await post(target, '/v1/windows/close', close)));
  }
  if (pacing === undefined) throw new Error('no window was played');
  return pacing;
}

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { contributors: text, present: text, seed: text, windows: text, url: text, token: text, class: text },
});
const options = optionsSchema.parse(values);
const target: Target =
  options.url === undefined
    ? await ownProcess()
    : { url: options.url, token: options.token ?? '', close: () => Promise.resolve() };
try {
  process.stdout.write(`${JSON.stringify(await replay(target, options), null, 2)}\n`);
} finally {
  await target.close();
}
