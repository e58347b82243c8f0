import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SetUpError } from './bootstrap/step.mjs';

interface Options {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Runs it as this user and group; only root can. */
  readonly uid?: number;
  readonly gid?: number;
  /** Each line that it prints, as it comes. */
  readonly onLine?: (line: string) => void;
  /** After this it is killed and counts as failed. */
  readonly timeoutMs?: number;
}

/** How a program ended, with the last lines of what it printed on both streams. */
interface Ending {
  readonly code: number | null;
  readonly output: string;
}

const KEPT_LINES = 60;

/** Runs a program to its end, whatever that is. Rejects only when it cannot be started. */
export async function endOf(program: string, args: readonly string[], options: Options = {}): Promise<Ending> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env === undefined ? process.env : { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeoutMs,
    killSignal: 'SIGKILL',
    uid: options.uid,
    gid: options.gid,
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      options.onLine?.(line);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, output: lines.join('\n') };
}

/** Runs a program and gives what it printed; a failure is a SetUpError with the end of its output and the remedy. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { remedy, ...options }: Options & { readonly remedy: string },
): Promise<string> {
  const { code, output } = await endOf(program, args, options);
  if (code !== 0) throw new SetUpError(`${output}\n${program} ${args[0] ?? ''} failed (${String(code)}). ${remedy}`);
  return output;
}
