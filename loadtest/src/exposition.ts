const SAMPLE = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{[^}]*\})? (?<value>\S+)/;

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
