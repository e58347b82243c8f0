import { version } from 'mediasoup';
import type { Logger } from 'pino';
import type { ClassId, Health, WireRtpCapabilities, PacketCostSource } from '@lectern/contracts';
import { ClassMedia } from './class-media.ts';
import { routerCapabilities } from './codecs.ts';
import type { MediaConfig } from './media-config.ts';
import { FloodWatch } from './flood-watch.ts';
import { MediaWatch } from './media-watch.ts';
import type { MediaWorker } from './media-worker.ts';
import { MediaWorkers } from './media-workers.ts';
import type { MediaObjectCounts } from './media-objects.ts';
import { measurePacketCost } from './self-test.ts';
import type { Pressure } from './shedding.ts';
import { socketBufferWarnings } from './socket-buffers.ts';
import { pressureOf } from './worker-pressure.ts';

/** The media part of the server: workers, and the media of each live class. */
export interface Media {
  /** What every router can receive and send; pages load their device with it. */
  readonly rtpCapabilities: WireRtpCapabilities;
  /** mediasoup's. */
  readonly version: string;
  /** Warnings of the start in plain words. */
  readonly warnings: readonly string[];
  /** The workers as they were a few seconds ago at most. */
  workers(): WorkerFigures[];
  /**
   * Measures what a packet costs on this machine and gives each worker its budget. Takes about 300 ms beside everything else;
   * where it fails, a cautious figure stays, and the log says so. Never rejects.
   */
  testPacketCost(): Promise<void>;
  /** The media of a class; opens nothing until somebody needs it. Close it when the class ends. `synthetic`: of a load test, which gives up its pictures before people do. */
  openClass(classId: ClassId, synthetic: boolean): ClassMedia;
  health(): Health['parts']['media'];
  /** From now on a worker that dies stays dead. */
  stopReplacing(): void;
  /** Closes transports, routers and workers; resolves once every worker process is gone. May be called twice. */
  close(): Promise<void>;
}

/** One worker for the operator. */
export interface WorkerFigures {
  readonly index: number;
  /** Null while it is being replaced. */
  readonly pid: number | null;
  readonly port: number;
  readonly state: 'running' | 'replacing';
  /** What it is expected to send. */
  readonly packetsPerSecond: number;
  /** What it may be given. */
  readonly budgetPacketsPerSecond: number;
  /** What its classes give up pictures by. */
  readonly pressure: Pressure;
  /** CPU for each packet sent that the budget reckons with, microseconds. */
  readonly cpuMicrosPerPacket: number;
  /** What the self-test measured, on a core of its own; null where there was none. */
  readonly testedMicrosPerPacket: number | null;
  /** CPU of the last seconds as a share of one core; 0 until it was measured. */
  readonly cpuShare: number;
  /** Memory of the process; 0 until it was measured. */
  readonly residentBytes: number;
  /** Where the first figure of the cost comes from. */
  readonly costSource: PacketCostSource;
  readonly objects: MediaObjectCounts;
}

/** Starts the workers. Rejects with a StartError that names a taken port or a binary that does not start, and the remedy. */
export async function startMedia(config: MediaConfig, logger: Logger, watchTickMs?: number): Promise<Media> {
  const workers = await MediaWorkers.start(config, logger);
  const warnings = await socketBufferWarnings();
  const classes = new Set<ClassMedia>();
  const watch = new MediaWatch(workers, classes, logger, watchTickMs);
  const floods = new FloodWatch(classes, config.floodLimits, logger);
  const ending = new AbortController();
  for (const warning of warnings) logger.warn(warning);
  return {
    rtpCapabilities: routerCapabilities(),
    version,
    warnings,
    workers: () => workers.all().map(figuresOf),
    testPacketCost: () => testPacketCost(config, workers, ending.signal, logger),
    openClass: (classId, synthetic) => {
      const media = new ClassMedia(config, workers, floods, logger.child({ classId }), synthetic);
      classes.add(media);
      media.once('closed', () => classes.delete(media));
      media.shedding.on('changed', (shedding) => {
        logger.warn({ classId, ...shedding }, 'what a class gives up to stay within the packet budget has changed');
      });
      return media;
    },
    health: () => healthOf(workers),
    stopReplacing: () => {
      workers.stopReplacing();
    },
    close: () => {
      ending.abort();
      watch.close();
      floods.close();
      for (const media of classes) media.close();
      return workers.close();
    },
  };
}

function figuresOf(worker: MediaWorker): WorkerFigures {
  const { index, running, port, load, cost, usage, objects } = worker;
  return {
    index,
    pid: running?.worker.pid ?? null,
    port,
    state: running ? 'running' : 'replacing',
    packetsPerSecond: load.perSecond,
    budgetPacketsPerSecond: cost.budgetPerSecond,
    pressure: pressureOf(worker),
    cpuMicrosPerPacket: cost.microsPerPacket,
    testedMicrosPerPacket: cost.testedMicros,
    cpuShare: usage?.cpuShare ?? 0,
    residentBytes: usage?.residentBytes ?? 0,
    costSource: cost.source,
    objects: objects.counts,
  };
}

async function testPacketCost(
  { workerBinary, packetBudget }: MediaConfig,
  workers: MediaWorkers,
  ending: AbortSignal,
  logger: Logger,
): Promise<void> {
  if (packetBudget !== null) return;
  try {
    const micros = await measurePacketCost(workerBinary, ending);
    for (const { cost } of workers.all()) cost.begin(micros);
    const [first] = workers.all();
    if (first === undefined) return;
    const { cpuMicrosPerPacket, testedMicrosPerPacket, budgetPacketsPerSecond } = figuresOf(first);
    logger.info(
      { testedMicrosPerPacket, cpuMicrosPerPacket, budgetPacketsPerSecond },
      'what a media packet costs was measured on a core of its own; the budget reckons with more, as on full cores, and is corrected in operation',
    );
  } catch (error) {
    if (ending.aborted) return;
    logger.warn({ err: error }, 'what a media packet costs could not be measured; a cautious figure is taken');
  }
}

function healthOf(workers: MediaWorkers): Health['parts']['media'] {
  const all = workers.all();
  const running = all.filter((worker) => worker.running).length;
  if (running === all.length) return { status: 'ok' };
  return { status: running > 0 ? 'ok' : 'failing', detail: `${running} of ${all.length} media workers run` };
}
