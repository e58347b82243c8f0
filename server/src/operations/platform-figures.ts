import type { LinkCounts, OperatorStatus, RunningClass, SignalFigures, WorkerFigures } from '@lectern/contracts';
import type { MediaObjectCounts } from '../media/media-objects.ts';
import type { Media } from '../media/start-media.ts';
import type { ClassSummary } from '../signalling/live-classes.ts';
import type { Drain } from './drain.ts';
import type { ProcessSampler } from './process-sampler.ts';

/** All that is known at any moment without asking a store. */
export interface PlatformFigures extends Omit<OperatorStatus, 'classes' | 'loadTests' | 'lossShare' | 'lastLoadTest'> {
  readonly ordinary: readonly RunningClass[];
  /** Those of load tests, each with how many of the present are students: a load test names no others. */
  readonly synthetic: readonly (RunningClass & { readonly students: number })[];
  /** Mean share of packets that pages say they lose; null while none says it. */
  readonly lossShares: { readonly ordinary: number | null; readonly synthetic: number | null };
  /** What mediasoup holds, by worker. */
  readonly mediaObjects: readonly (MediaObjectCounts & { readonly index: number })[];
}

export interface FigureSources {
  readonly now: () => Date;
  readonly summary: () => readonly ClassSummary[];
  readonly workers: () => ReturnType<Media['workers']>;
  readonly signals: () => SignalFigures;
  readonly door: () => OperatorStatus['door'];
  readonly analytics: () => { readonly pid: number | null; readonly status: OperatorStatus['analytics']['status'] };
  readonly versions: () => OperatorStatus['versions'];
  readonly drain: Drain;
  readonly sampler: ProcessSampler;
  readonly loadTestsAllowed: boolean;
}

const NOBODY: LinkCounts = { good: 0, fair: 0, poor: 0, unknown: 0 };

/** Reads every figure as it stands now. */
export function platformFigures(sources: FigureSources): PlatformFigures {
  const { sampler, drain } = sources;
  const classes = sources.summary();
  const ordinary = classes.filter((each) => !each.synthetic);
  const synthetic = classes.filter((each) => each.synthetic);
  const analytics = sources.analytics();
  const workers = sources.workers();
  return {
    at: sources.now().toISOString(),
    drainingSince: drain.since?.toISOString() ?? null,
    ordinary: ordinary.map(runningClass),
    synthetic: synthetic.map((each) => ({ ...runningClass(each), students: each.students })),
    links: ordinary.reduce((sum, { links }) => added(sum, links), NOBODY),
    lossShares: { ordinary: meanLoss(ordinary), synthetic: meanLoss(synthetic) },
    workers: workers.map((worker) => workerFigures(worker, sampler)),
    mediaObjects: workers.map(({ index, objects }) => ({ index, ...objects })),
    door: sources.door(),
    signals: sources.signals(),
    server: {
      pid: process.pid,
      ...sampler.of(process.pid),
      eventLoopP99Ms: sampler.eventLoopP99Ms,
      uptimeSeconds: Math.floor(process.uptime()),
    },
    analytics: { ...analytics, ...sampler.of(analytics.pid) },
    versions: sources.versions(),
    loadTestsAllowed: sources.loadTestsAllowed,
  };
}

function runningClass({ classId, status, present, waiting, hearing, onStage, shedding }: ClassSummary): RunningClass {
  return { classId, status, present, waiting, hearing, onStage, shedding };
}

function workerFigures(worker: ReturnType<Media['workers']>[number], sampler: ProcessSampler): WorkerFigures {
  const { index, pid, port, state, packetsPerSecond, budgetPacketsPerSecond } = worker;
  const { cpuMicrosPerPacket, testedMicrosPerPacket, costSource } = worker;
  return {
    ...{ index, pid, port, state, packetsPerSecond, budgetPacketsPerSecond, cpuMicrosPerPacket, testedMicrosPerPacket },
    budgetSource: costSource,
    ...{ pressureShare: worker.pressure.share, pressureReason: worker.pressure.reason },
    ...sampler.of(pid),
  };
}

function added(a: LinkCounts, b: LinkCounts): LinkCounts {
  return { good: a.good + b.good, fair: a.fair + b.fair, poor: a.poor + b.poor, unknown: a.unknown + b.unknown };
}

/** Over all people who tell, whichever class they are in. */
function meanLoss(classes: readonly ClassSummary[]): number | null {
  const reports = classes.reduce((sum, { loss }) => sum + loss.reports, 0);
  return reports === 0 ? null : classes.reduce((sum, { loss }) => sum + loss.shares, 0) / reports;
}
