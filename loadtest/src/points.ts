import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** One sample as k6's JSON output has it. */
export interface Point {
  readonly metric: string;
  /** A gauge is emitted for each group and for all together; everything else once. */
  readonly isGauge: boolean;
  /** Milliseconds of the wall clock. */
  readonly atMs: number;
  readonly value: number;
  readonly tags: Readonly<Record<string, string>>;
}

const OURS = '"metric":"lectern_';

/** The samples of our own metrics in the order of their writing; none where k6 was ended before it wrote any. */
export async function readPoints(file: string): Promise<readonly Point[]> {
  if (!existsSync(file)) return [];
  const points: Point[] = [];
  const gauges = new Set<string>();
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const parsed = line.includes(OURS) ? parseLine(line) : null;
    if (parsed?.type === 'Metric' && parsed.data.type === 'gauge') gauges.add(parsed.metric);
    if (parsed?.type === 'Point') points.push(pointOf(parsed, gauges.has(parsed.metric)));
  }
  return points;
}

type Line =
  | { readonly type: 'Metric'; readonly metric: string; readonly data: { readonly type: string } }
  | {
      readonly type: 'Point';
      readonly metric: string;
      readonly data: { readonly time: string; readonly value: number; readonly tags?: Record<string, string> | null };
    };

/** Null for a line that was cut off. */
function parseLine(line: string): Line | null {
  try {
    return JSON.parse(line) as Line;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function pointOf({ metric, data }: Extract<Line, { type: 'Point' }>, isGauge: boolean): Point {
  return { metric, isGauge, atMs: Date.parse(data.time), value: data.value, tags: data.tags ?? {} };
}

/** Which samples: `lectern_join{phase:join}` as k6 writes it. */
export interface Selector {
  readonly metric: string;
  readonly tags: Readonly<Record<string, string>>;
}

export function parseSelector(text: string): Selector {
  const { metric = text, tags = '' } = /^(?<metric>[^{]+)\{(?<tags>.*)\}$/.exec(text)?.groups ?? {};
  const pairs = tags === '' ? [] : tags.split(',').map((pair) => pair.split(':').map((part) => part.trim()));
  return { metric, tags: Object.fromEntries(pairs) as Record<string, string> };
}

/** As k6 writes it, the tags in the order of their names. */
export function selectorText({ metric, tags }: Selector): string {
  const pairs = Object.entries(tags).sort(([one], [other]) => (one < other ? -1 : 1));
  return pairs.length === 0 ? metric : `${metric}{${pairs.map(([key, value]) => `${key}:${value}`).join(',')}}`;
}

/** Those that fit. A gauge of one group is not one of all: it must be asked for by the tag `group`. */
export function select(points: readonly Point[], { metric, tags }: Selector): readonly Point[] {
  const wanted = Object.entries(tags);
  const ofAll = tags['group'] === undefined;
  return points.filter(
    (point) =>
      point.metric === metric &&
      wanted.every(([key, value]) => point.tags[key] === value) &&
      !(ofAll && point.isGauge && isGrouped(point)),
  );
}

function isGrouped({ tags }: Point): boolean {
  return tags['group'] !== undefined && tags['group'] !== '';
}
