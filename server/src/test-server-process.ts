import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const READY = /Lectern is ready at (?<url>\S+)/;
const SET_UP = /Create the first account: (?<url>\S+)/;

/** How a server's process ended, and what it had said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

export interface ServerProcessOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly argv?: readonly string[];
  readonly workingDirectory?: string;
  readonly uid?: number;
}

/** A really started server: `node main.ts` with an environment of its own. */
export class ServerProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #output = '';

  private constructor({ environment, argv = [], workingDirectory, uid }: ServerProcessOptions) {
    const worker = process.env['MEDIASOUP_WORKER_BIN'];
    this.child = spawn(process.execPath, [MAIN, ...argv], {
      env: {
        PATH: process.env['PATH'],
        LECTERN_HTTP_PORT: '0',
        LECTERN_MEDIA_PORT: '0',
        LECTERN_WORKERS: '1',
        ...(worker === undefined ? {} : { MEDIASOUP_WORKER_BIN: worker }),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(workingDirectory === undefined ? {} : { cwd: workingDirectory }),
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.#output += data.toString();
      });
    }
    this.ended = once(this.child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      output: this.#output,
    }));
  }

  /** Starts a server without waiting for anything. */
  static spawn(options: ServerProcessOptions): ServerProcess {
    return new ServerProcess(options);
  }

  /** Starts a server and waits until it says that it is ready; rejects with what it said when it ends before. */
  static async ready(options: ServerProcessOptions): Promise<ServerProcess> {
    const server = new ServerProcess(options);
    const isReady = new Promise<void>((resolve) => {
      server.child.stdout?.on('data', () => {
        if (READY.test(server.output)) resolve();
      });
    });
    const endedBefore = server.ended.then(({ output }) => {
      throw new Error(`The server did not start: ${output}`);
    });
    await Promise.race([isReady, endedBefore]);
    return server;
  }

  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get url(): string {
    return READY.exec(this.#output)?.groups?.['url'] ?? '';
  }

  get setUpUrl(): string | undefined {
    return SET_UP.exec(this.#output)?.groups?.['url'];
  }

  /** Pids of all processes that descend from the server now. */
  descendants(): number[] {
    return descendantsOf(this.pid);
  }

  /** Ends the server with a signal and waits for it. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.ended;
  }
}

function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended while we looked.
    }
  }
  const children = (of: number): number[] =>
    [...parents].filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...children(child)]);
  return children(pid);
}
