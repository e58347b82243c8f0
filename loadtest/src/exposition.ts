const SAMPLE = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>[^}]*)\})? (?<value>\S+)/;
const LABEL = /(?<key>\w+)="(?<value>[^"]*)"/g;

/** One value of a metric, in Prometheus' text format. */
export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of a metric whose value is a number, in their order. */
export function samplesOf(exposition: string, name: string): readonly MetricSample[] {
  return exposition.split('\n').flatMap((line): MetricSample[] => {
    const sample = SAMPLE.exec(line)?.groups;
    if (sample?.['name'] !== name) return [];
    const value = Number(sample['value']);
    return Number.isFinite(value) ? [{ labels: labelsIn(sample['labels'] ?? ''), value }] : [];
  });
}

/** The value of one label of a metric's first sample; null where there is none. */
export function labelOf(exposition: string, name: string, label: string): string | null {
  return samplesOf(exposition, name)[0]?.labels[label] ?? null;
}

/** The sum of a metric's samples, over all its labels; null where it has none. */
export function metricValue(exposition: string, name: string): number | null {
  const samples = samplesOf(exposition, name);
  return samples.length === 0 ? null : samples.reduce((sum, { value }) => sum + value, 0);
}

function labelsIn(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(LABEL)].map(({ groups }) => [groups?.['key'] ?? '', groups?.['value'] ?? '']);
  return Object.fromEntries(pairs) as Record<string, string>;
}
