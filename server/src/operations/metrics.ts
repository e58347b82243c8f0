import { SHEDDING_REASONS, SHEDDING_STEPS } from '@lectern/contracts';
import type { TrafficTotals } from '../signalling/wire-traffic.ts';
import type { Family, Sample } from './exposition.ts';
import type { PlatformFigures } from './platform-figures.ts';
import type { ProcessTotals } from './process-totals.ts';
import type { RequestTimes } from './request-times.ts';

/** What a scrape reads: figures of this moment, and what was counted since the start. */
export interface Scrape {
  readonly figures: PlatformFigures;
  readonly traffic: TrafficTotals;
  readonly requests: RequestTimes;
  readonly ready: boolean;
  readonly processes: readonly ProcessTotals[];
  /** How late the event loop was since the start. */
  readonly loopDelays: readonly Sample[];
  readonly settings: PlatformSettings;
}

/** What of the configuration decides how much a class costs. Null: the server decides by itself. */
export interface PlatformSettings {
  readonly audioPtimeMs: number | null;
  readonly packetBudget: number | null;
  readonly studentsPerClass: number;
}

interface Metric extends Omit<Family, 'samples'> {
  readonly read: (scrape: Scrape) => readonly Sample[];
}

const one = (value: number | null): readonly Sample[] => (value === null ? [] : [{ value }]);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function byKind(read: (classes: PlatformFigures['ordinary']) => number) {
  return ({ figures }: Scrape): Sample[] => [
    { labels: { kind: 'ordinary' }, value: read(figures.ordinary) },
    { labels: { kind: 'load-test' }, value: read(figures.synthetic) },
  ];
}

/** Classes by the last thing that each gives up, and why; the others are in none of these. */
function bySheddingStep(scrape: Scrape): Sample[] {
  return SHEDDING_STEPS.filter((step) => step !== 'none').flatMap((step) =>
    SHEDDING_REASONS.flatMap((reason) => {
      const gives = ({ shedding }: PlatformFigures['ordinary'][number]) =>
        shedding.step === step && shedding.reason === reason;
      return byKind((classes) => classes.filter(gives).length)(scrape).map(({ labels, value }) => ({
        labels: { ...labels, step, reason },
        value,
      }));
    }),
  );
}

function byWorker(read: (worker: PlatformFigures['workers'][number]) => number | null) {
  return ({ figures }: Scrape): Sample[] =>
    figures.workers.flatMap((worker) => {
      const value = read(worker);
      return value === null ? [] : [{ labels: { worker: String(worker.index) }, value }];
    });
}

function byProcess(read: (process: { cpuShare: number | null; residentBytes: number | null }) => number | null) {
  return ({ figures: { server, analytics, workers } }: Scrape): Sample[] =>
    [
      { labels: { process: 'server' }, value: read(server) },
      { labels: { process: 'analytics' }, value: read(analytics) },
      ...workers.map((worker) => ({ labels: { process: `worker-${worker.index}` }, value: read(worker) })),
    ].flatMap(({ labels, value }) => (value === null ? [] : [{ labels, value }]));
}

function byProcessTotal(read: (process: ProcessTotals) => number) {
  return ({ processes }: Scrape): Sample[] =>
    processes.map((each) => ({ labels: { process: each.process }, value: read(each) }));
}

/** Of this very process, as every Prometheus client names it. */
function ofServer(read: (process: ProcessTotals) => number) {
  return ({ processes }: Scrape): Sample[] =>
    processes.filter(({ process }) => process === 'server').map((each) => ({ value: read(each) }));
}

function byMediaWorker(read: (objects: PlatformFigures['mediaObjects'][number]) => number) {
  return ({ figures }: Scrape): Sample[] =>
    figures.mediaObjects.map((objects) => ({ labels: { worker: String(objects.index) }, value: read(objects) }));
}

/** A setting as a label. */
const set = (value: number | null): string => (value === null ? 'auto' : String(value));

const counter = (name: string, help: string, read: Metric['read']): Metric => ({ name, type: 'counter', help, read });
const gauge = (name: string, help: string, read: Metric['read']): Metric => ({ name, type: 'gauge', help, read });

/** Scores of a load test go the way of everybody's, through one queue into one store. */
const ALL_CLASSES = ', load tests and ordinary classes together';

/** Every metric that /metrics gives. Labels are from short lists known beforehand: no names, and no ids of people or classes. */
export const METRICS: readonly Metric[] = [
  gauge('lectern_info', 'Versions that run; always 1.', ({ figures: { versions } }) => [
    {
      labels: {
        version: versions.lectern,
        node: versions.node,
        mediasoup: versions.mediasoup,
        database: versions.database,
        analytics_store: versions.analyticsStore ?? '',
      },
      value: 1,
    },
  ]),
  gauge('lectern_settings', 'What is set and decides what a class costs; always 1.', ({ figures, settings }) => [
    {
      labels: {
        audio_ptime_ms: set(settings.audioPtimeMs),
        packet_budget: set(settings.packetBudget),
        workers: String(figures.workers.length),
        students_per_class: String(settings.studentsPerClass),
      },
      value: 1,
    },
  ]),
  gauge('lectern_ready', '1 when a class could be started and joined, as /readyz says.', ({ ready }) =>
    one(Number(ready)),
  ),
  gauge('lectern_draining', '1 while the server is prepared for an update.', ({ figures }) =>
    one(Number(figures.drainingSince !== null)),
  ),
  gauge(
    'lectern_classes',
    'Classes with somebody in them, or live.',
    byKind((classes) => classes.length),
  ),
  gauge(
    'lectern_people',
    'People connected.',
    byKind((classes) => sum(classes.map(({ present }) => present))),
  ),
  gauge(
    'lectern_people_hearing',
    'People who receive sound.',
    byKind((classes) => sum(classes.map(({ hearing }) => hearing))),
  ),
  gauge(
    'lectern_people_on_stage',
    'People on a stage.',
    byKind((classes) => sum(classes.map(({ onStage }) => onStage))),
  ),
  gauge(
    'lectern_classes_shedding',
    'Classes in which something is left out so that the rest goes on, by the last step and what is full; each step goes with all before it.',
    bySheddingStep,
  ),
  gauge(
    'lectern_people_link',
    'People by how well their pages say that they receive, those of load tests left out.',
    ({ figures: { links } }) => Object.entries(links).map(([quality, value]) => ({ labels: { quality }, value })),
  ),
  gauge(
    'lectern_reported_loss_share',
    'Mean share of packets that pages say they lost in the seconds before they last told; absent while none does.',
    ({ figures: { lossShares } }) => [
      ...one(lossShares.ordinary).map((sample) => ({ ...sample, labels: { kind: 'ordinary' } })),
      ...one(lossShares.synthetic).map((sample) => ({ ...sample, labels: { kind: 'load-test' } })),
    ],
  ),
  gauge(
    'lectern_door_waiting',
    'People who wait to be let in, at the one door of all classes.',
    byKind((classes) => sum(classes.map(({ waiting }) => waiting))),
  ),
  gauge(
    'lectern_door_let_in_per_second',
    'How fast the door lets people in, those of load tests included.',
    ({ figures: { door } }) => one(door.letInPerSecond),
  ),
  gauge(
    'lectern_worker_up',
    '1 while the media worker runs, 0 while it is replaced.',
    byWorker(({ state }) => Number(state === 'running')),
  ),
  gauge(
    'lectern_worker_packets_per_second',
    'Estimated load of the media worker.',
    byWorker(({ packetsPerSecond }) => packetsPerSecond),
  ),
  gauge(
    'lectern_worker_budget_packets_per_second',
    'What the media worker bears, by the self-test and what was measured since.',
    byWorker(({ budgetPacketsPerSecond }) => budgetPacketsPerSecond),
  ),
  gauge(
    'lectern_worker_cpu_seconds_per_packet',
    'Time of the core that a packet is reckoned to cost: 1.6 times the test at the start, then as measured in operation.',
    byWorker(({ cpuMicrosPerPacket }) => cpuMicrosPerPacket / 1e6),
  ),
  gauge(
    'lectern_media_routers',
    'Routers that are open in the media worker: of each open class one in each worker that it uses.',
    byMediaWorker(({ routers }) => routers),
  ),
  gauge(
    'lectern_media_transports',
    'Transports that are open in the media worker: of people, between workers, and for datagrams.',
    byMediaWorker(({ transports }) => transports),
  ),
  gauge(
    'lectern_media_consumers',
    'Consumers of sound and pictures that are open in the media worker.',
    byMediaWorker(({ consumers }) => consumers),
  ),
  counter(
    'process_cpu_seconds_total',
    'User and system time of the server’s own process.',
    ofServer(({ cpuMs }) => cpuMs / 1_000),
  ),
  gauge(
    'process_resident_memory_bytes',
    'Resident memory of the server’s own process.',
    ofServer(({ residentBytes }) => residentBytes),
  ),
  counter(
    'lectern_process_cpu_seconds_total',
    'User and system time of each process since it started.',
    byProcessTotal(({ cpuMs }) => cpuMs / 1_000),
  ),
  gauge(
    'lectern_process_anonymous_bytes',
    'Resident memory of its own, without the pages of files that it shares with others: as docs/sizing.md counts.',
    byProcessTotal(({ anonymousBytes }) => anonymousBytes),
  ),
  gauge(
    'lectern_process_cpu_cores',
    'Cores used over the last five seconds.',
    byProcess(({ cpuShare }) => cpuShare),
  ),
  gauge(
    'lectern_process_resident_bytes',
    'Resident memory, shared pages included.',
    byProcess(({ residentBytes }) => residentBytes),
  ),
  gauge(
    'lectern_event_loop_delay_p99_seconds',
    'How late the event loop was in 99 of 100 looks of the last five seconds.',
    ({ figures }) => one(figures.server.eventLoopP99Ms === null ? null : figures.server.eventLoopP99Ms / 1000),
  ),
  {
    name: 'lectern_event_loop_delay_seconds',
    type: 'histogram',
    help: 'How late the event loop was, looked at fifty times a second.',
    read: ({ loopDelays }) => loopDelays,
  },
  gauge('lectern_uptime_seconds', 'Since the process started.', ({ figures }) => one(figures.server.uptimeSeconds)),
  gauge('lectern_analytics_up', '1 while the analytics process and its store answer.', ({ figures }) =>
    one(Number(figures.analytics.status === 'ok')),
  ),
  counter('lectern_datagrams_received_total', `Datagrams of devices${ALL_CLASSES}.`, ({ figures }) =>
    one(figures.signals.received),
  ),
  counter('lectern_datagrams_dropped_total', `Datagrams that were dropped, by reason${ALL_CLASSES}.`, ({ figures }) =>
    Object.entries(figures.signals.dropped).map(([reason, value]) => ({ labels: { reason }, value })),
  ),
  counter(
    'lectern_scores_stored_total',
    `Scores and abstentions that the analytics store has on disk${ALL_CLASSES}.`,
    ({ figures }) => one(figures.signals.stored),
  ),
  gauge('lectern_scores_waiting', `Scores that the analytics process has not confirmed${ALL_CLASSES}.`, ({ figures }) =>
    one(figures.signals.waiting),
  ),
  gauge(
    'lectern_ingest_lag_seconds',
    `Age of the oldest score that waits; 0 while none does${ALL_CLASSES}.`,
    ({ figures }) => one((figures.signals.oldestMs ?? 0) / 1000),
  ),
  gauge('lectern_signalling_connections', 'WebSockets that are open.', ({ traffic }) => one(traffic.open)),
  counter('lectern_signalling_connections_total', 'WebSockets that were opened.', ({ traffic }) =>
    one(traffic.connections),
  ),
  counter('lectern_signalling_messages_total', 'Signalling messages by direction.', ({ traffic }) => [
    { labels: { direction: 'in' }, value: traffic.messagesIn },
    { labels: { direction: 'out' }, value: traffic.messagesOut },
  ]),
  counter('lectern_signalling_bytes_total', 'Bytes of signalling connections by direction.', ({ traffic }) => [
    { labels: { direction: 'in' }, value: traffic.bytesIn },
    { labels: { direction: 'out' }, value: traffic.bytesOut },
  ]),
  counter('lectern_http_requests_total', 'Requests by method, route and class of status.', ({ requests }) =>
    requests.counts(),
  ),
  {
    name: 'lectern_http_request_duration_seconds',
    type: 'histogram',
    help: 'How long requests took, by method and route.',
    read: ({ requests }) => requests.durations(),
  },
];

/** All metrics as they stand now. */
export function metricFamilies(scrape: Scrape): Family[] {
  return METRICS.map(({ read, ...family }) => ({ ...family, samples: read(scrape) }));
}
