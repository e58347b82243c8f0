import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./main.ts', import.meta.url));
const TOKEN = 'a-token-of-the-tests';

/** A real analytics process. */
export interface RunningProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly exited: Promise<number | null>;
  /** Everything it wrote to standard error so far. */
  errors(): string;
  /** Resolves with its address. */
  readonly url: Promise<string>;
  post(path: string, body: object): Promise<Response>;
  get(path: string): Promise<Response>;
}

/** Starts the program as the server does, with `environment` besides the token. */
export function startProcess(environment: Readonly<Record<string, string>>): RunningProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      LECTERN_ANALYTICS_TOKEN: TOKEN,
      LECTERN_ANALYTICS_PARENT: 'true',
      LECTERN_LOG_LEVEL: 'warn',
      ...environment,
    },
  });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => {
    errors += text.toString();
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const url = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => {
      resolve((JSON.parse(line) as { url: string }).url);
    });
    void exited.then((code) => {
      reject(new Error(`it ended with ${code ?? 'a signal'}: ${errors}`));
    });
  });
  // Whoever does not wait for the address looks at the exit.
  url.catch(() => undefined);
  const authorization = `Bearer ${TOKEN}`;
  return {
    child,
    exited,
    errors: () => errors,
    url,
    post: async (path, body) =>
      fetch(new URL(path, await url), {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    get: async (path) => fetch(new URL(path, await url), { headers: { authorization } }),
  };
}
