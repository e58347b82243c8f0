import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { healthSchema, type Health } from '@lectern/contracts';
import { guardOf } from '../../scripts/bootstrap/guard.mjs';

const root = resolve(import.meta.dirname, '../..');

/** Environment of a product under test: ephemeral loopback ports, a data directory of its own. */
export interface ProductOptions {
  /** Kept after stop() when given; otherwise a temporary one that stop() removes. */
  readonly dataDir?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly startTimeoutMs?: number;
  /** In a process group of its own, which a terminal's Ctrl-C does not reach. It ends with this process all the same, however that ends. */
  readonly ownGroup?: boolean;
}

/** A running Lectern, started as an operator would, from the built client and the set-up's assets. */
export class Product {
  readonly dataDir: string;
  readonly #keepData: boolean;
  readonly #options: ProductOptions;
  #process: ChildProcess | null = null;
  #guard: ChildProcess | null = null;
  #url = '';
  #setUpUrl: string | null = null;
  #endedBy: string | null = null;
  /** The last lines of its log, for a test that failed. */
  readonly log: string[] = [];

  private constructor(options: ProductOptions, dataDir: string) {
    this.#options = options;
    this.dataDir = dataDir;
    this.#keepData = options.dataDir !== undefined;
  }

  /**
   * Starts a product and resolves once it says it is ready. When it ends or stays silent, it rejects with its log, and neither a
   * process nor a temporary data directory is left.
   */
  static async start(options: ProductOptions = {}): Promise<Product> {
    const product = new Product(options, options.dataDir ?? (await mkdtemp(join(tmpdir(), 'lectern-test-'))));
    try {
      await product.#launch({});
      return product;
    } catch (error) {
      await product.stop();
      throw error;
    }
  }

  get url(): string {
    return this.#url;
  }

  get processId(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('the product is not running');
    return pid;
  }

  /** The signal or exit code with which it ended by itself; null where it runs, or was ended here. */
  get endedBy(): string | null {
    return this.#endedBy;
  }

  /** The one-time link of the first account; throws when the store has one already. */
  get setUpUrl(): string {
    if (this.#setUpUrl === null)
      throw new Error(`the product printed no link for a first account\n${this.log.join('\n')}`);
    return this.#setUpUrl;
  }

  async health(): Promise<Health> {
    const response = await fetch(`${this.#url}/readyz`);
    return healthSchema.parse(await response.json());
  }

  /** Ends it as Ctrl-C does, waits for it, and removes a temporary data directory. */
  async stop(): Promise<void> {
    await this.#end('SIGINT');
    if (!this.#keepData) await rm(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Ends it without a chance to tidy up; restart() brings it back on the same data. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Starts it again on the same data directory and, as an operator's would be, the same port. */
  async restart(): Promise<void> {
    if (this.#process !== null) await this.#end('SIGINT');
    await this.#launch({ LECTERN_HTTP_PORT: new URL(this.#url).port });
  }

  async #launch(environment: Readonly<Record<string, string>>): Promise<void> {
    const child = spawn(process.execPath, [join(root, 'server/src/main.ts')], {
      cwd: this.dataDir,
      env: {
        ...inherited(),
        LECTERN_HTTP_PORT: '0',
        LECTERN_MEDIA_PORT: '0',
        LECTERN_DATA_DIR: this.dataDir,
        LECTERN_LOG_LEVEL: 'warn',
        ...this.#options.environment,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: this.#options.ownGroup === true,
    });
    this.#process = child;
    if (this.#options.ownGroup === true && child.pid !== undefined) this.#guard = guardOf(child.pid);
    const ready = Promise.withResolvers<undefined>();
    const read = (line: string): void => {
      this.log.push(line);
      if (this.log.length > 500) this.log.shift();
      const setUp = /Create the first account: (\S+)/.exec(line)?.[1];
      if (setUp !== undefined) this.#setUpUrl = setUp;
      const url = /Lectern is ready at (\S+)/.exec(line)?.[1];
      if (url !== undefined) {
        this.#url = url.replace(/\/$/, '');
        ready.resolve(undefined);
      }
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', read);
    child.once('error', ready.reject);
    child.once('exit', (code, signal) => {
      if (this.#process === child) this.#endedBy = signal ?? `exit code ${String(code)}`;
      ready.reject(
        new Error(`the product ended (${String(code ?? signal)}) before it was ready\n${this.log.join('\n')}`),
      );
    });
    const timer = setTimeout(() => {
      ready.reject(new Error(`the product did not get ready in time\n${this.log.join('\n')}`));
    }, this.#options.startTimeoutMs ?? 60_000);
    try {
      await ready.promise;
      await this.#waitForSetUpLink();
    } catch (error) {
      await this.#end('SIGINT');
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The link is printed right after the address; one turn of the health check gives it time to arrive. */
  async #waitForSetUpLink(): Promise<void> {
    await this.health();
  }

  async #end(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const [child, guard] = [this.#process, this.#guard];
    [this.#process, this.#guard] = [null, null];
    if (child?.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await gone;
      clearTimeout(timer);
    }
    guard?.kill('SIGKILL');
  }
}

/** This process's own environment, without what the tests alone are told: a server refuses what it does not know. */
function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('LECTERN_TEST_')));
}
