import { version } from 'mediasoup';
import type { Logger } from 'pino';
import type { ClassId, Health, WireRtpCapabilities } from '@lectern/contracts';
import { ClassMedia } from './class-media.ts';
import { routerCapabilities } from './codecs.ts';
import type { MediaConfig } from './media-config.ts';
import { MediaWorkers } from './media-workers.ts';
import { socketBufferWarnings } from './socket-buffers.ts';

/** The media part of the server: workers, and the media of each live class. */
export interface Media {
  /** What every router can receive and send; pages load their device with it. */
  readonly rtpCapabilities: WireRtpCapabilities;
  /** mediasoup's. */
  readonly version: string;
  /** Warnings of the start in plain words. */
  readonly warnings: readonly string[];
  /** The workers with their process id (null while one is being replaced), port and estimated packets per second. */
  workers(): { index: number; pid: number | null; port: number; packetsPerSecond: number }[];
  /** The media of a class; opens nothing until somebody needs it. Close it when the class ends. */
  openClass(classId: ClassId): ClassMedia;
  health(): Health['parts']['media'];
  /** From now on a worker that dies stays dead. */
  stopReplacing(): void;
  /** Closes transports, routers and workers; resolves once every worker process is gone. May be called twice. */
  close(): Promise<void>;
}

/** Starts the workers. Rejects with a StartError that names a taken port or a binary that does not start, and the remedy. */
export async function startMedia(config: MediaConfig, logger: Logger): Promise<Media> {
  const workers = await MediaWorkers.start(config, logger);
  const warnings = await socketBufferWarnings();
  const classes = new Set<ClassMedia>();
  for (const warning of warnings) logger.warn(warning);
  return {
    rtpCapabilities: routerCapabilities(),
    version,
    warnings,
    workers: () =>
      workers.all().map(({ index, running, port, load }) => ({
        index,
        pid: running?.worker.pid ?? null,
        port,
        packetsPerSecond: load,
      })),
    openClass: (classId) => {
      const media = new ClassMedia(config, workers, logger.child({ classId }));
      classes.add(media);
      media.once('closed', () => classes.delete(media));
      return media;
    },
    health: () => healthOf(workers),
    stopReplacing: () => {
      workers.stopReplacing();
    },
    close: () => {
      for (const media of classes) media.close();
      return workers.close();
    },
  };
}

function healthOf(workers: MediaWorkers): Health['parts']['media'] {
  const all = workers.all();
  const running = all.filter((worker) => worker.running).length;
  if (running === all.length) return { status: 'ok' };
  return { status: running > 0 ? 'ok' : 'failing', detail: `${running} of ${all.length} media workers run` };
}
