const SAMPLE = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{[^}]*\})? (?<value>\S+)/;

/** The value of one label of a metric's first sample; null where there is none. */
export function labelOf(exposition: string, name: string, label: string): string | null {
  const line = exposition.split('\n').find((each) => each.startsWith(`${name}{`)) ?? '';
  return new RegExp(`[{,]${label}="([^"]*)"`).exec(line)?.[1] ?? null;
}

/** The sum of a metric's samples in Prometheus' text format, over all its labels; null where it has none. */
export function metricValue(exposition: string, name: string): number | null {
  let sum: number | null = null;
  for (const line of exposition.split('\n')) {
    const sample = SAMPLE.exec(line)?.groups;
    if (sample?.['name'] !== name) continue;
    const value = Number(sample['value']);
    if (Number.isFinite(value)) sum = (sum ?? 0) + value;
  }
  return sum;
}
