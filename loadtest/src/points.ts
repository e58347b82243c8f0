import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** One sample as k6's JSON output has it. */
export interface Point {
  readonly metric: string;
  /** Milliseconds of the wall clock. */
  readonly atMs: number;
  readonly value: number;
  readonly tags: Readonly<Record<string, string>>;
}

const OURS = '"metric":"lectern_';

/** The samples of our own metrics in the order of their writing. */
export async function readPoints(file: string): Promise<readonly Point[]> {
  const points: Point[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const point = line.includes(OURS) ? parsePoint(line) : null;
    if (point !== null) points.push(point);
  }
  return points;
}

/** Null for a line that is no sample, one that was cut off among them. */
export function parsePoint(line: string): Point | null {
  try {
    const { type, metric, data } = JSON.parse(line) as {
      type: string;
      metric: string;
      data: { time: string; value: number; tags?: Record<string, string> | null };
    };
    if (type !== 'Point') return null;
    return { metric, atMs: Date.parse(data.time), value: data.value, tags: data.tags ?? {} };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
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

export function select(points: readonly Point[], { metric, tags }: Selector): readonly Point[] {
  const wanted = Object.entries(tags);
  return points.filter((point) => point.metric === metric && wanted.every(([key, value]) => point.tags[key] === value));
}
