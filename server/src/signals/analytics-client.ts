import {
  analyticsHealthSchema,
  closedResponseSchema,
  closeWindowResponseSchema,
  ingestResponseSchema,
  pacingResponseSchema,
} from '@lectern/contracts';
import type {
  AnalyticsHealth,
  CloseWindowRequest,
  CloseWindowResponse,
  IngestResponse,
  Pacing,
  SignalRow,
} from '@lectern/contracts';
import type { z } from 'zod';

/** Where the analytics process listens just now, and what it asks for. */
export interface AnalyticsEndpoint {
  readonly url: string;
  readonly token: string;
}

/**
 * The analytics process as the server sees it. Every call rejects with AnalyticsUnavailable when the process is away, hangs or
 * answers wrongly; all of them may be made again.
 */
export interface AnalyticsClient {
  ingest(rows: readonly SignalRow[]): Promise<IngestResponse['verdicts']>;
  closeWindow(request: CloseWindowRequest): Promise<CloseWindowResponse>;
  pacing(classId: string, minimumCohort: number): Promise<Pacing>;
  /** The newest closed window; null before the first. */
  newestClosed(classId: string): Promise<number | null>;
  /** Removes what devices said of a class that is over; what was published stays. */
  dropLiveRows(classId: string): Promise<void>;
  /** Removes every row of a class. */
  eraseClass(classId: string): Promise<void>;
  health(): Promise<AnalyticsHealth>;
}

/** The analytics process could not be asked. The class goes on without it. */
export class AnalyticsUnavailable extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'AnalyticsUnavailable';
  }
}

const REQUEST_TIMEOUT_MS = 5_000;
const HEALTH_TIMEOUT_MS = 3_000;
/** Somebody waits for it to see the class. */
const PACING_TIMEOUT_MS = 1_500;

interface Call<T> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly answer: z.ZodType<T> | null;
  readonly timeoutMs?: number;
  /** A status besides 2xx whose body is an answer all the same. */
  readonly alsoStatus?: number;
}

/** A client over HTTP; `endpoint` gives null while there is no process to ask. */
export function createAnalyticsClient(endpoint: () => AnalyticsEndpoint | null): AnalyticsClient {
  async function call<T>({ method, path, body, answer, timeoutMs, alsoStatus }: Call<T>): Promise<T> {
    const target = endpoint();
    if (target === null) throw new AnalyticsUnavailable('the analytics process is not running');
    try {
      const response = await fetch(new URL(path, target.url), {
        method,
        headers: {
          authorization: `Bearer ${target.token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs ?? REQUEST_TIMEOUT_MS),
      });
      if (!response.ok && response.status !== alsoStatus) {
        const text = await response.text();
        throw new AnalyticsUnavailable(`${method} ${path} answered ${response.status}: ${text.slice(0, 200)}`);
      }
      if (answer === null) return undefined as T;
      return answer.parse(await response.json());
    } catch (error) {
      if (error instanceof AnalyticsUnavailable) throw error;
      throw new AnalyticsUnavailable(`${method} ${path} failed`, { cause: error });
    }
  }

  return {
    ingest: async (rows) => {
      const { verdicts } = await call({
        method: 'POST',
        path: '/v1/signals',
        body: { rows },
        answer: ingestResponseSchema,
      });
      if (verdicts.length !== rows.length) {
        throw new AnalyticsUnavailable(`${verdicts.length} verdicts came for ${rows.length} rows`);
      }
      return verdicts;
    },
    closeWindow: (request) =>
      call({ method: 'POST', path: '/v1/windows/close', body: request, answer: closeWindowResponseSchema }),
    pacing: (classId, minimumCohort) =>
      call({
        method: 'GET',
        path: `/v1/classes/${classId}/pacing?minimumCohort=${minimumCohort}`,
        answer: pacingResponseSchema,
        timeoutMs: PACING_TIMEOUT_MS,
      }),
    newestClosed: async (classId) => {
      const path = `/v1/classes/${classId}/closed`;
      return (await call({ method: 'GET', path, answer: closedResponseSchema })).lastClosedWindow;
    },
    dropLiveRows: (classId) => call<undefined>({ method: 'DELETE', path: `/v1/classes/${classId}/live`, answer: null }),
    eraseClass: (classId) => call<undefined>({ method: 'DELETE', path: `/v1/classes/${classId}`, answer: null }),
    health: () =>
      call({
        method: 'GET',
        path: '/v1/health',
        answer: analyticsHealthSchema,
        timeoutMs: HEALTH_TIMEOUT_MS,
        alsoStatus: 503,
      }),
  };
}
