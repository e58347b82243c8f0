import type { Sample } from './exposition.ts';

const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

interface Times {
  readonly labels: Readonly<Record<string, string>>;
  /** Requests that took no longer than the bucket of the same place. */
  readonly within: number[];
  readonly byStatus: Map<string, number>;
  count: number;
  seconds: number;
}

/** Counts requests by method, route and class of status. Routes are patterns; files of pages and of the pipeline are one each. */
export class RequestTimes {
  readonly #routes = new Map<string, Times>();

  note({ method, route, status, ms }: { method: string; route: string | undefined; status: number; ms: number }): void {
    const labels = { method, route: nameOf(route) };
    const key = `${labels.method} ${labels.route}`;
    const times: Times = this.#routes.get(key) ?? {
      labels,
      within: BUCKETS_S.map(() => 0),
      byStatus: new Map(),
      count: 0,
      seconds: 0,
    };
    this.#routes.set(key, times);
    const seconds = ms / 1000;
    for (const [place, bucket] of BUCKETS_S.entries()) {
      if (seconds <= bucket) times.within[place] = (times.within[place] ?? 0) + 1;
    }
    times.count += 1;
    times.seconds += seconds;
    const statusClass = `${Math.floor(status / 100)}xx`;
    times.byStatus.set(statusClass, (times.byStatus.get(statusClass) ?? 0) + 1);
  }

  counts(): Sample[] {
    return [...this.#routes.values()].flatMap(({ labels, byStatus }) =>
      [...byStatus].map(([status, value]) => ({ labels: { ...labels, status }, value })),
    );
  }

  durations(): Sample[] {
    return [...this.#routes.values()].flatMap(({ labels, within, count, seconds }) => [
      ...BUCKETS_S.map((bucket, place) => ({
        suffix: '_bucket' as const,
        labels: { ...labels, le: String(bucket) },
        value: within[place] ?? 0,
      })),
      { suffix: '_bucket' as const, labels: { ...labels, le: '+Inf' }, value: count },
      { suffix: '_sum' as const, labels, value: seconds },
      { suffix: '_count' as const, labels, value: count },
    ]);
  }
}

function nameOf(route: string | undefined): string {
  if (route === undefined) return 'unknown';
  if (route.startsWith('/api/') || route === '/healthz' || route === '/readyz' || route === '/metrics') return route;
  return route.startsWith('/attention') ? 'attention files' : 'pages';
}
