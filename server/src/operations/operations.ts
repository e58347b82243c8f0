import type { Health, OperatorStatus } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { LoadTests } from '../courses/load-tests.ts';
import { BearerToken } from '../identity/bearer-token.ts';
import type { TrafficTotals } from '../signalling/wire-traffic.ts';
import { Drain } from './drain.ts';
import { exposition } from './exposition.ts';
import { metricFamilies } from './metrics.ts';
import type { PlatformSettings, Scrape } from './metrics.ts';
import { operatorStatus } from './operator-status.ts';
import { platformFigures } from './platform-figures.ts';
import type { FigureSources, PlatformFigures } from './platform-figures.ts';
import { ProcessSampler } from './process-sampler.ts';
import { processTotals } from './process-totals.ts';
import { readiness } from './readiness.ts';
import type { ReadinessSources } from './readiness.ts';
import { RequestTimes } from './request-times.ts';

export interface OperationsSources
  extends Omit<FigureSources, 'drain' | 'sampler'>, Omit<ReadinessSources, 'drain' | 'analytics' | 'version'> {
  readonly logger: Logger;
  readonly settings: PlatformSettings;
  readonly traffic: () => TrafficTotals;
  readonly analyticsHealth: ReadinessSources['analytics'];
  readonly loadTests: () => Pick<LoadTests, 'running' | 'lastResult'>;
  /** LECTERN_METRICS_TOKEN; null: metrics are for this machine alone, and for nobody behind a proxy. */
  readonly metricsToken: string | null;
  /** Wrong ones of that token from one address within a quarter of an hour. */
  readonly wrongTokensOfAddress: number;
  /** A proxy stands in front, by the configuration: what comes from this machine may be anybody's. */
  readonly isProxied: boolean;
}

/** What operators and their programs see and do: figures, metrics, readiness, the preparation for an update. */
export class Operations {
  readonly drain: Drain;
  readonly requests = new RequestTimes();
  /** Null: metrics are for this machine alone, and for nobody behind a proxy. */
  readonly metricsToken: BearerToken | null;
  readonly isProxied: boolean;
  readonly #sources: OperationsSources;
  readonly #sampler: ProcessSampler;

  constructor(sources: OperationsSources) {
    const { now, logger, metricsToken, wrongTokensOfAddress } = sources;
    this.#sources = sources;
    this.isProxied = sources.isProxied;
    this.drain = new Drain(now, logger);
    this.metricsToken =
      metricsToken === null ? null : new BearerToken(metricsToken, wrongTokensOfAddress, () => now().getTime());
    this.#sampler = new ProcessSampler(() => this.#pids());
  }

  get version(): string {
    return this.#sources.versions().lectern;
  }

  readiness(): Promise<Health> {
    const { database, vision, media, analyticsHealth } = this.#sources;
    const { version, drain } = this;
    return readiness({ ...{ database, vision, media, drain, version }, analytics: analyticsHealth });
  }

  /** Everything that the operator's page shows; rejects with the store's error where that is away. */
  status(): Promise<OperatorStatus> {
    return operatorStatus(this.#figures(), this.#sources.loadTests());
  }

  /** All metrics in Prometheus' text format; asks no store but whether it answers. */
  async metrics(): Promise<string> {
    const ready = (await this.readiness()).status === 'ok';
    const { requests } = this;
    const figures = this.#figures();
    const scrape: Scrape = {
      ...{ figures, requests, ready, settings: this.#sources.settings },
      traffic: this.#sources.traffic(),
      processes: processTotals(figures),
      loopDelays: this.#sampler.loopDelays(),
    };
    return exposition(metricFamilies(scrape));
  }

  close(): void {
    this.#sampler.close();
  }

  #figures(): PlatformFigures {
    return platformFigures({ ...this.#sources, drain: this.drain, sampler: this.#sampler });
  }

  #pids(): number[] {
    const { workers, analytics } = this.#sources;
    return [analytics().pid, ...workers().map(({ pid }) => pid)].filter((pid) => pid !== null);
  }
}
