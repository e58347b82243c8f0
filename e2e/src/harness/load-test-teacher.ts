import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { loadTestSchema, type LoadTest } from '@lectern/contracts';

/** What is played, as `teach` of loadtest/scenarios/k6-x-lectern.d.ts takes it. */
interface Teaching {
  readonly ptimeMs: number;
  readonly videoKbps: number;
}

/** The teacher of a load test, played by the load generator, and the class that was made for it. */
export class LoadTestTeacher {
  readonly planned: LoadTest;
  readonly #generator: ChildProcess;

  private constructor(planned: LoadTest, generator: ChildProcess) {
    this.planned = planned;
    this.#generator = generator;
  }

  /** Makes a class on a server whose LECTERN_LOAD_TOKEN this is, and begins to teach in it: live a moment later. */
  static async start(url: string, token: string, teaching: Teaching): Promise<LoadTestTeacher> {
    const { LOADTEST_K6: generator } = process.env;
    if (generator === undefined) throw new Error('LOADTEST_K6 is not set: start with npm test');
    const response = await fetch(new URL('/api/load-tests', url), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ participants: 10, minutes: 10 }),
    });
    const planned = loadTestSchema.parse(await response.json());
    const ofClass = { origin: url, joinCode: planned.joinCode, token };
    const script = `
      import { sleep } from 'k6';
      import { teach } from 'k6/x/lectern';
      export default function () {
        teach(${JSON.stringify(ofClass)}, ${JSON.stringify({ seat: planned.instructor, ...teaching })});
        sleep(600);
      }`;
    const args = ['run', '--no-usage-report', '--quiet', '-'];
    const child = spawn(generator, args, { stdio: ['pipe', 'ignore', 'inherit'] });
    child.stdin.end(script);
    return new LoadTestTeacher(planned, child);
  }

  async stop(): Promise<void> {
    if (this.#generator.exitCode !== null || this.#generator.signalCode !== null) return;
    const gone = once(this.#generator, 'exit');
    // Asked politely it would wait for the teacher's iteration to end.
    this.#generator.kill('SIGKILL');
    await gone;
  }
}
