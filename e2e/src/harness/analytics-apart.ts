import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ingestRequestSchema, type ClassId } from '@lectern/contracts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** How long after the replay the class goes on: enough for all that is looked at then. */
const MORE_WINDOWS = 120;
/** Where the replayed class ends, roughly: about as many face the screen afterwards. */
const SHARE_AFTERWARDS = 0.8;

/** What is replayed: who contributes, how many students are there, and how many windows of the class have passed. */
export interface Replayed {
  readonly contributors: number;
  readonly present: number;
  readonly windows: number;
}

/** An analytics process run apart, as an operator may, so that a class can be replayed into it. */
export class AnalyticsApart {
  readonly url: string;
  readonly token: string;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(url: string, token: string, child: ChildProcess, directory: string) {
    this.url = url;
    this.token = token;
    this.#child = child;
    this.#directory = directory;
  }

  static async start(): Promise<AnalyticsApart> {
    const directory = await mkdtemp(join(tmpdir(), 'lectern-replay-'));
    const token = randomBytes(32).toString('base64url');
    const child = spawn(process.execPath, [join(ROOT, 'analytics/src/main.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        LECTERN_ANALYTICS_TOKEN: token,
        LECTERN_ANALYTICS_DIR: directory,
        LECTERN_ANALYTICS_PARENT: 'true',
        LECTERN_LOG_LEVEL: 'warn',
      },
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { url } = JSON.parse(line) as { url: string };
    return new AnalyticsApart(url, token, child, directory);
  }

  /** The environment of a server that uses this process. */
  get environment(): Readonly<Record<string, string>> {
    return { LECTERN_ANALYTICS_URL: this.url, LECTERN_ANALYTICS_TOKEN: this.token };
  }

  /** The first windows of a class, one by one, through the process as the live class would send them. */
  async replay(classId: ClassId, people: Replayed): Promise<void> {
    const replay = spawn(
      process.execPath,
      [
        join(ROOT, 'analytics/lab/replay.ts'),
        ...['--url', this.url, '--token', this.token, '--class', classId],
        ...['--contributors', String(people.contributors), '--present', String(people.present)],
        ...['--windows', String(people.windows)],
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const [code] = (await once(replay, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`the replay ended with ${String(code)}`);
    await this.#sendMore(classId, people);
  }

  /** The devices' numbers of the next minutes; the server closes these windows itself, in its own time. */
  async #sendMore(classId: ClassId, { contributors, windows }: Replayed): Promise<void> {
    const ids = Array.from({ length: contributors }, () => randomUUID());
    for (let window = windows; window < windows + MORE_WINDOWS; window += 1) {
      const rows = ids.map((contributorId) => ({
        classId,
        contributorId,
        window,
        score: Math.random() < SHARE_AFTERWARDS ? 0.92 : 0.08,
        modelTag: 1,
      }));
      const response = await fetch(new URL('/v1/signals', this.url), {
        method: 'POST',
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(ingestRequestSchema.parse({ rows })),
      });
      if (!response.ok) throw new Error(`signals were answered with ${response.status}: ${await response.text()}`);
    }
  }

  /** Lets it hang, as a busy machine may; `goOn` lets it answer again. */
  hang(): void {
    this.#child.kill('SIGSTOP');
  }

  goOn(): void {
    this.#child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    // One that hangs would not hear that it is to end.
    this.goOn();
    this.#child.kill('SIGTERM');
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    await rm(this.#directory, { recursive: true, force: true });
  }
}
