import { percentile } from '@lectern/testbed';
import { costPlot } from './cost-rise.ts';
import type { Mark, Plot, Series } from './plot.ts';
import { parseSelector, select, type Point } from './points.ts';
import type { Fault } from './result.ts';

const MOST_BINS = 12;
const SECOND_MS = 1000;
const MEGABYTE = 2 ** 20;

/** What is read as one value a moment, in milliseconds. */
const P95S: readonly (readonly [name: string, selector: string])[] = [
  ['join, WebSocket to first packet', 'lectern_join{phase:join}'],
  ['lateness of sound in each second', 'lectern_audio_lateness{quantile:p95}'],
  ['end of a window to the pacing view', 'lectern_window_to_pacing_p95'],
  ['event loop p99', 'lectern_server_event_loop_p99'],
];

/** The plots of a report; those over time say when something was broken on purpose. */
export function plotsOf(points: readonly Point[], faults: readonly Fault[]): readonly Plot[] {
  const startMs = points[0]?.atMs ?? 0;
  const overTime = (selector: string, scale = 1): Series['points'] =>
    select(points, parseSelector(selector)).map(({ atMs, value }) => [(atMs - startMs) / SECOND_MS, value * scale]);
  const parts = (metric: string, scale = 1): Series[] =>
    ['server', 'worker', 'analytics'].map((part) => ({
      name: part === 'worker' ? 'media workers together' : part,
      points: overTime(`${metric}{part:${part}}`, scale),
    }));
  const marks: readonly Mark[] = faults.map(({ atMs, what }) => ({ x: (atMs - startMs) / SECOND_MS, label: what }));
  const overSeconds = { x: 'seconds since the start', marks };
  return [
    {
      ...{ title: 'Load against p95s', x: 'students present', y: 'ms' },
      series: P95S.map(([name, selector]) => ({ name, points: againstLoad(points, selector) })),
    },
    ...(points.some(({ tags }) => tags['state']?.startsWith('step-')) ? [costPlot(points)] : []),
    {
      ...{ title: 'Students over time', ...overSeconds, y: 'students' },
      series: [
        { name: 'present', points: overTime('lectern_students_present') },
        { name: 'hearing the teacher', points: overTime('lectern_students_hearing') },
        { name: 'contributing', points: overTime('lectern_contributors') },
      ],
    },
    {
      ...{ title: 'Lateness of sound over time', ...overSeconds, y: 'ms' },
      series: ['p50', 'p95', 'p999'].map((quantile) => ({
        name: quantile === 'p999' ? 'p99.9' : quantile,
        points: overTime(`lectern_audio_lateness{quantile:${quantile}}`),
      })),
    },
    {
      ...{ title: 'CPU over time', ...overSeconds, y: 'cores' },
      series: [...parts('lectern_server_cpu'), { name: 'generator', points: overTime('lectern_generator_cpu') }],
    },
    {
      ...{ title: 'Memory over time', ...overSeconds, y: 'MB' },
      series: [
        ...parts('lectern_server_memory', 1 / MEGABYTE),
        { name: 'generator', points: overTime('lectern_generator_memory', 1 / MEGABYTE) },
      ],
    },
  ];
}

/** The p95 of the values that were measured at each load, the loads in bins of equal width. */
export function againstLoad(points: readonly Point[], selector: string): Series['points'] {
  const loads = select(points, parseSelector('lectern_students_present'));
  const most = loads.reduce((top, { value }) => Math.max(top, value), 0);
  if (most === 0) return [];
  const width = Math.max(1, most / MOST_BINS);
  const bins = new Map<number, number[]>();
  let next = 0;
  const inTime = [...select(points, parseSelector(selector))].sort((one, other) => one.atMs - other.atMs);
  for (const { atMs, value } of inTime) {
    while ((loads[next + 1]?.atMs ?? Infinity) <= atMs) next += 1;
    const load = loads[next]?.value ?? 0;
    if (load === 0) continue;
    const bin = Math.min(Math.floor(load / width), Math.ceil(most / width) - 1);
    bins.set(bin, [...(bins.get(bin) ?? []), value]);
  }
  return [...bins]
    .sort(([one], [other]) => one - other)
    .map(([bin, values]) => [(bin + 0.5) * width, percentile(values, 0.95)]);
}
