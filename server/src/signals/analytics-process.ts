import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { createAnalyticsClient } from './analytics-client.ts';
import type { AnalyticsClient, AnalyticsEndpoint } from './analytics-client.ts';
import { AnalyticsProbe, MEANWHILE } from './analytics-probe.ts';
import type { AnalyticsHealthReport } from './analytics-probe.ts';

const PROGRAM = fileURLToPath(new URL('../../../analytics/src/main.ts', import.meta.url));
/** Its own heap is small, the store's memory is the engine's: a young generation of 4 MB instead of 16 keeps it so. */
const NODE_OPTIONS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4', '--max-old-space-size=256'];
/** So many probes missed in a row, by the process or by its embedded store, and the process is replaced. */
const MISSES_TO_REPLACE = 2;
const READY_WITHIN_MS = 30_000;
const FIRST_BACK_OFF_MS = 250;
const LONGEST_BACK_OFF_MS = 10_000;
/** Up for so long, the next end starts the back-off anew. */
const STABLE_AFTER_MS = 60_000;
const END_WITHIN_MS = 3_000;
/** Lines outside the log's form that are remembered, so that each is told once however often the process ends with it. */
const MOST_LINES_KEPT = 100;

/** The running analytics part: a client that may be called at any time, and its end. */
export interface Analytics {
  readonly client: AnalyticsClient;
  health(): AnalyticsHealthReport;
  /** The process that this server started; null between two, or where it runs apart. */
  readonly pid: number | null;
  /** Kind and version of its store; null until it has said them. */
  readonly storeVersion: string | null;
  /** From now on a process that ends is not started again. */
  stopReplacing?(): void;
  /** Ends the process and waits for it; idempotent. */
  close(): Promise<void>;
}

type AnalyticsConfig = Pick<Config, 'dataDir' | 'logLevel' | 'analytics'>;

/**
 * Starts the analytics process and keeps one running, or uses the one that runs apart. Resolves at once: whether there is one
 * to ask shows in `health`, and callers are told AnalyticsUnavailable meanwhile.
 */
export function startAnalytics(config: AnalyticsConfig, logger: Logger): Analytics {
  const { url, token } = config.analytics;
  return url === null
    ? new SupervisedAnalytics(config, logger)
    : new RemoteAnalytics({ url, token: token ?? '' }, logger);
}

const readyLineSchema = z.object({ ready: z.literal(true), url: z.url() });

class RemoteAnalytics implements Analytics {
  readonly client: AnalyticsClient;
  readonly pid = null;
  readonly #probe: AnalyticsProbe;

  constructor(endpoint: AnalyticsEndpoint, logger: Logger) {
    this.client = createAnalyticsClient(() => endpoint);
    this.#probe = new AnalyticsProbe(this.client, logger, () => undefined);
  }

  health(): AnalyticsHealthReport {
    return this.#probe.report;
  }

  get storeVersion(): string | null {
    return this.#probe.storeVersion;
  }

  close(): Promise<void> {
    this.#probe.stop();
    return Promise.resolve();
  }
}

/** One life of the process. */
interface Life {
  readonly child: ChildProcess;
  readonly startedAtMs: number;
  readonly ended: Promise<void>;
  endpoint: AnalyticsEndpoint | null;
  probe: AnalyticsProbe | null;
}

/** The process that this server starts, probes and replaces. */
export class SupervisedAnalytics implements Analytics {
  readonly client: AnalyticsClient;
  readonly #config: AnalyticsConfig;
  readonly #logger: Logger;
  #life: Life | null = null;
  /** What became of the last process, in our words: everybody may read them. Null: nothing bad. */
  #trouble: string | null = null;
  readonly #linesTold = new Set<string>();
  #backOffMs = FIRST_BACK_OFF_MS;
  #restart: NodeJS.Timeout | null = null;
  #closing: Promise<void> | undefined;
  #replaces = true;

  constructor(config: AnalyticsConfig, logger: Logger) {
    this.#config = config;
    this.#logger = logger;
    this.client = createAnalyticsClient(() => this.#life?.endpoint ?? null);
    this.#start();
  }

  get storeVersion(): string | null {
    return this.#life?.probe?.storeVersion ?? null;
  }

  get pid(): number | null {
    return this.#life?.child.pid ?? null;
  }

  health(): AnalyticsHealthReport {
    const report = this.#life?.probe?.report;
    if (report === undefined) {
      const starts = 'The analytics process starts.';
      const restarts = `The analytics process ${this.#trouble ?? ''} and is started again. ${MEANWHILE}`;
      const status = this.#life === null ? 'failing' : 'starting';
      return { status, detail: this.#trouble === null ? starts : restarts };
    }
    return report.status === 'starting' ? { status: 'ok', detail: 'ready' } : report;
  }

  stopReplacing(): void {
    this.#replaces = false;
    if (this.#restart !== null) clearTimeout(this.#restart);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  #start(): void {
    const token = randomBytes(32).toString('base64url');
    const child = spawn(process.execPath, [...NODE_OPTIONS, PROGRAM], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: this.#environment(token),
    });
    const life: Life = { child, startedAtMs: Date.now(), ended: endOf(child), endpoint: null, probe: null };
    this.#life = life;
    // A child that is gone closes its pipes; writing to them is never waited for.
    child.stdin.on('error', () => undefined);
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#log(line);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const endpoint = endpointFrom(line, token);
      if (endpoint !== null) this.#ready(life, endpoint);
    });
    const overdue = setTimeout(() => {
      if (life.endpoint === null) this.#kill(life, 'did not get ready in time');
    }, READY_WITHIN_MS);
    void life.ended.then(() => {
      clearTimeout(overdue);
      life.probe?.stop();
      this.#ended(life);
    });
  }

  #ready(life: Life, endpoint: AnalyticsEndpoint): void {
    life.endpoint = endpoint;
    this.#trouble = null;
    this.#linesTold.clear();
    life.probe = new AnalyticsProbe(this.client, this.#logger, (misses) => {
      if (misses >= MISSES_TO_REPLACE) this.#kill(life, 'does not answer');
    });
    this.#logger.info({ analyticsPid: life.child.pid }, 'analytics is ready');
  }

  /** A stopped process takes no SIGTERM; SIGKILL always works, and no acknowledged row is lost by it. */
  #kill(life: Life, reason: string): void {
    this.#logger.warn({ analyticsPid: life.child.pid, reason }, 'analytics is replaced');
    this.#trouble = reason;
    life.child.kill('SIGKILL');
  }

  #ended(life: Life): void {
    this.#life = null;
    this.#trouble ??= 'ended';
    if (this.#closing !== undefined || !this.#replaces) return;
    if (Date.now() - life.startedAtMs >= STABLE_AFTER_MS) this.#backOffMs = FIRST_BACK_OFF_MS;
    const { exitCode, signalCode } = life.child;
    const backOffMs = this.#backOffMs;
    this.#restart = setTimeout(() => {
      // Only now: a terminal's Ctrl-C ends it a moment before it ends this process.
      this.#logger.warn({ exitCode, signalCode, backOffMs }, 'analytics ended; it is started again');
      this.#start();
    }, backOffMs);
    this.#backOffMs = Math.min(this.#backOffMs * 2, LONGEST_BACK_OFF_MS);
  }

  async #end(): Promise<void> {
    if (this.#restart !== null) clearTimeout(this.#restart);
    const life = this.#life;
    if (life === null) return;
    life.probe?.stop();
    life.child.kill('SIGTERM');
    const overdue = setTimeout(() => life.child.kill('SIGKILL'), END_WITHIN_MS);
    await life.ended;
    clearTimeout(overdue);
  }

  /** Lines of its log are JSON with pino's fields; anything else is an error that ended it, told once. */
  #log(line: string): void {
    const parsed = logLine(line);
    if (parsed === null) {
      const level = this.#linesTold.has(line) ? 'debug' : 'error';
      if (this.#linesTold.size < MOST_LINES_KEPT) this.#linesTold.add(line);
      this.#logger[level]({ part: 'analytics' }, line);
    } else {
      const { level, msg, time: _time, pid, name: _name, hostname: _hostname, ...fields } = parsed;
      this.#logger[level]({ part: 'analytics', analyticsPid: pid, ...fields }, msg);
    }
  }

  /** The whole environment of the process: nothing of the server's own, which holds the secrets of other parts. */
  #environment(token: string): Record<string, string> {
    const { dataDir, logLevel, analytics } = this.#config;
    return {
      LECTERN_ANALYTICS_TOKEN: token,
      LECTERN_ANALYTICS_DIR: join(dataDir, 'analytics'),
      LECTERN_ANALYTICS_PARENT: 'true',
      // Without it Node strips the types of every file anew at each start: slower, and 20 MB more for the compiler.
      NODE_COMPILE_CACHE: join(dataDir, 'cache', 'analytics'),
      LECTERN_LOG_LEVEL: logLevel,
      ...(analytics.clickhouseUrl === null ? {} : { LECTERN_CLICKHOUSE_URL: analytics.clickhouseUrl }),
      ...(analytics.extraCaCerts === null ? {} : { NODE_EXTRA_CA_CERTS: analytics.extraCaCerts }),
    };
  }
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    // It could not even be started.
    child.once('error', () => {
      resolve();
    });
  });
}

function endpointFrom(line: string, token: string): AnalyticsEndpoint | null {
  const parsed = readyLineSchema.safeParse(jsonOf(line));
  return parsed.success ? { url: parsed.data.url, token } : null;
}

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
const LEVELS = new Map<number, Level>([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);
const logLineSchema = z.looseObject({
  level: z.number().transform((level) => LEVELS.get(level) ?? 'info'),
  msg: z.string().default(''),
});

function logLine(line: string): z.output<typeof logLineSchema> | null {
  const parsed = logLineSchema.safeParse(jsonOf(line));
  return parsed.success ? parsed.data : null;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
