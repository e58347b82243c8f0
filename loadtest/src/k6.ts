import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { guardOf } from '@lectern/testbed';
import type { Asked } from './command-line.ts';

const run = promisify(execFile);

/** What of the command line a scenario reads: see scenarios/rehearsal/settings.ts. */
export function rehearsalOf({ scenario, participants, minutes, contribute, cameraKbps, target }: Asked) {
  return {
    LOADTEST_OWN_SERVER: String(target === null),
    LOADTEST_PARTICIPANTS: String(participants),
    LOADTEST_MINUTES: String(minutes),
    LOADTEST_CONTRIBUTE: String(contribute),
    LOADTEST_PTIME_MS: String(scenario.ptimeMs ?? 0),
    LOADTEST_CAMERA_KBPS: String(cameraKbps ?? 0),
  };
}

/** An interrupted k6 that has not ended by then never will: the command removes what is left. */
const ENDS_WITHIN_MS = 90_000;

/** How k6 ended. */
export interface K6Ending {
  /** Its exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

interface RunOptions {
  readonly samples: string;
  readonly more: readonly string[];
  readonly summary: boolean;
  readonly interrupted: AbortSignal;
}

/** k6 with our module built in. */
export class K6 {
  readonly #binary: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** `environment` is what its scenarios read, beside what they inherit. */
  constructor(binary: string, environment: Readonly<Record<string, string>>) {
    this.#binary = binary;
    this.#environment = { ...process.env, ...environment };
  }

  async version(): Promise<string> {
    return (await run(this.#binary, ['version'])).stdout;
  }

  /** The options of a scenario as JSON; rejects with what k6 says where it cannot be loaded. */
  async inspect(scenario: string): Promise<string> {
    const args = ['inspect', '--include-system-env-vars', scenario];
    return (await run(this.#binary, args, { env: this.#environment })).stdout;
  }

  /**
   * Runs a scenario and writes its samples to `samples`, as JSON lines. `more` are arguments of k6's own; `summary`: whether it prints its summary.
   * What interrupts this process (`interrupted`), or kills it, lets k6 end in order.
   */
  async run(scenario: string, { samples, more, summary, interrupted }: RunOptions): Promise<K6Ending> {
    // Its progress is redrawn in place; elsewhere it would be a block each second.
    const quiet = process.stdout.isTTY ? [] : ['--quiet'];
    const short = summary ? [] : ['--summary-mode', 'disabled'];
    const args = ['run', '--no-usage-report', ...quiet, ...short, '--out', `json=${samples}`, ...more, scenario];
    const child = spawn(this.#binary, args, {
      env: this.#environment,
      stdio: ['ignore', 'inherit', 'inherit'],
      // A terminal or a service manager tells a whole group to end, and a second signal would end k6 before the class is removed.
      detached: true,
    });
    const guard = child.pid === undefined ? null : guardOf(child.pid);
    const passOn = (): void => {
      child.kill('SIGINT');
      // Its parts and its end have a minute.
      setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS).unref();
    };
    interrupted.addEventListener('abort', passOn);
    try {
      return await new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (code, signal) => resolve({ code, signal }));
      });
    } finally {
      interrupted.removeEventListener('abort', passOn);
      guard?.kill('SIGKILL');
    }
  }
}
