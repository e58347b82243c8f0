import { EventEmitter } from 'node:events';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import { StartError } from '../store/store.ts';
import type { MediaConfig } from './media-config.ts';
import { MediaObjects } from './media-objects.ts';
import { PacketCost } from './packet-cost.ts';
import { PacketLoad } from './packet-load.ts';
import { SOCKET_BUFFER_BYTES } from './socket-buffers.ts';

/** A Ctrl-C reaches worker and server at once: so long it is waited whether this is the end of both. */
const SAME_SIGNAL_MS = 200;
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 10_000;

/** A running worker process with its one server socket pair. */
export interface RunningWorker {
  readonly worker: types.Worker;
  readonly server: types.WebRtcServer;
}

/** What the process of a worker used between the last two samples. */
interface WorkerUsage {
  /** Of one core. */
  readonly cpuShare: number;
  /** The part of it that links did not take to come up. */
  readonly mediaShare: number;
  readonly residentBytes: number;
}

interface Events {
  /** The process died. Whatever lived in it is gone; a replacement is on its way. */
  died: [];
  replaced: [];
}

/** One place for a worker process: its port stays when the process is replaced. */
export class MediaWorker extends EventEmitter<Events> {
  readonly index: number;
  readonly port: number;
  readonly #config: MediaConfig;
  readonly #logger: Logger;
  #running: RunningWorker | null = null;
  #replacement: Promise<void> | null = null;
  #closed = false;
  #replaces = true;
  #retry: NodeJS.Timeout | null = null;
  #endRetryWait: (() => void) | null = null;
  /** What all classes together are expected to send here. */
  readonly load = new PacketLoad();
  readonly cost: PacketCost;
  readonly objects = new MediaObjects();
  /** Null until it was measured, and while the process is being replaced. */
  usage: WorkerUsage | null = null;

  constructor(index: number, port: number, config: MediaConfig, logger: Logger) {
    super();
    // Every live class listens on every worker.
    this.setMaxListeners(0);
    this.index = index;
    this.port = port;
    this.#config = config;
    this.cost = new PacketCost(config.packetBudget);
    this.#logger = logger.child({ worker: index, port });
  }

  /** The process; null while it is being replaced. */
  get running(): RunningWorker | null {
    return this.#running;
  }

  /** Starts the process; rejects with a StartError that names the binary and the remedy. */
  async start(): Promise<void> {
    try {
      this.#adopt(await unlessStopped(this.#spawn()));
    } catch (error) {
      if (error instanceof StoppedError) throw new StartError('It was stopped while it started.', { cause: error });
      throw new StartError(
        `The media worker ${this.#config.workerBinary ?? mediasoup.workerBin} does not start on port ${this.port} ` +
          `(${error instanceof Error ? error.message : String(error)}). Run the set-up again, or set MEDIASOUP_WORKER_BIN to a mediasoup worker ` +
          `of version ${mediasoup.version}.`,
        { cause: error },
      );
    }
  }

  /** Resolves once the process runs, or the worker is closed. */
  async ready(): Promise<void> {
    await this.#replacement;
  }

  /** Ends a process that has stopped answering; it is replaced as any other that died. */
  kill(frozen: types.Worker): void {
    if (this.#running?.worker !== frozen) return;
    try {
      process.kill(frozen.pid, 'SIGKILL');
    } catch {
      // It died in the meantime, and we hear of it in a moment.
    }
  }

  /** From now on a process that dies stays dead. */
  stopReplacing(): void {
    this.#replaces = false;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    this.#endRetryWait?.();
    await this.#replacement;
    const worker = this.#running?.worker;
    this.#running = null;
    if (!worker || worker.subprocessClosed) return;
    const ended = new Promise<void>((resolve) => {
      worker.once('subprocessclose', () => {
        resolve();
      });
    });
    worker.close();
    await ended;
  }

  async #spawn(): Promise<RunningWorker> {
    const worker = await mediasoup.createWorker({
      logLevel: 'error',
      ...(this.#config.workerBinary === null ? {} : { workerBin: this.#config.workerBinary }),
    });
    try {
      const server = await worker.createWebRtcServer({
        listenInfos: (['udp', 'tcp'] as const).map((protocol) => ({
          protocol,
          ip: this.#config.host,
          port: this.port,
          ...(this.#config.announcedAddress === null || this.#config.announcedAddress === this.#config.host
            ? {}
            : { announcedAddress: this.#config.announcedAddress }),
          sendBufferSize: SOCKET_BUFFER_BYTES,
          recvBufferSize: SOCKET_BUFFER_BYTES,
        })),
      });
      return { worker, server };
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  #adopt(running: RunningWorker): void {
    this.#running = running;
    this.objects.watch(running.worker);
    running.worker.once('died', (error) => {
      if (this.#closed || this.#running !== running) return;
      this.#running = null;
      this.usage = null;
      this.#replacement = this.#replace(running.worker.pid, error);
      this.emit('died');
    });
  }

  async #replace(pid: number, reason: Error): Promise<void> {
    await this.#wait(SAME_SIGNAL_MS);
    if (this.#isEnding()) return;
    this.#logger.error({ err: reason, workerPid: pid }, 'a media worker died and is replaced');
    for (let waitMs = FIRST_RETRY_MS; !this.#isEnding(); waitMs = Math.min(waitMs * 2, LAST_RETRY_MS)) {
      try {
        const running = await unlessStopped(this.#spawn());
        this.#adopt(running);
        this.#replacement = null;
        this.#logger.info({ workerPid: running.worker.pid }, 'a media worker was replaced');
        this.emit('replaced');
        return;
      } catch (error) {
        if (error instanceof StoppedError) return;
        this.#logger.error({ err: error, waitMs }, 'a media worker could not be replaced; it is tried again');
        await this.#wait(waitMs);
      }
    }
  }

  #isEnding(): boolean {
    return this.#closed || !this.#replaces;
  }

  #wait(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#endRetryWait = resolve;
      this.#retry = setTimeout(resolve, waitMs);
    });
  }
}

class StoppedError extends Error {}

/**
 * What is made, or a rejection with StoppedError once a signal ends this process: mediasoup closes, on a signal, also a worker
 * in the making, and its promise settles never.
 */
async function unlessStopped<T>(making: Promise<T>): Promise<T> {
  let onSignal: NodeJS.SignalsListener | undefined;
  const stopped = new Promise<never>((_, reject) => {
    onSignal = (signal) => {
      reject(new StoppedError(signal));
    };
    for (const signal of STOP_SIGNALS) process.once(signal, onSignal);
  });
  try {
    return await Promise.race([making, stopped]);
  } finally {
    if (onSignal) for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
  }
}
