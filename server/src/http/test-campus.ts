import type { Course, ClassDetail, Health, Session } from '@lectern/contracts';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { buildApp } from '../app.ts';
import type { Config } from '../config.ts';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { LoadToken } from '../identity/load-token.ts';
import { Operations } from '../operations/operations.ts';
import type { OperationsSources } from '../operations/operations.ts';
import { WireTraffic } from '../signalling/wire-traffic.ts';
import type { ScriptableDatabase } from '../store/store.ts';
import { openMigratedStore } from '../store/test-stores.ts';
import { AddressLimits } from './address-limits.ts';
import type { PerAddress } from './address-limits.ts';
import { mayBeProxied, networkOf } from './network-address.ts';
import { createParts } from './parts.ts';
import type { HttpParts, News } from './parts.ts';

export const ORIGIN = 'http://class.test';
export const PASSWORD = 'a long enough password';

/** The token at the end of a one-time link. */
export const tokenOf = (url: string): string => new URL(url).pathname.split('/').at(-1) ?? '';

/** Everything that a class needs is there. */
export const WELL: Health = {
  status: 'ok',
  version: '1.2.3',
  parts: {
    database: { status: 'ok' },
    media: { status: 'ok' },
    analytics: { status: 'ok' },
    vision: { status: 'missing' },
  },
};

/** The operations of a platform on which nothing runs but what `summary` says. */
function idleOperations(
  ground: Pick<OperationsSources, 'now' | 'logger' | 'loadTests' | 'summary'> & { health: () => Promise<Health> },
  config: Partial<Pick<Config, 'loadToken' | 'metricsToken' | 'wrongTokensOfAddress' | 'http'>>,
): Operations {
  const { health, ...rest } = ground;
  return new Operations({
    ...rest,
    traffic: () => new WireTraffic().totals(),
    workers: () => [],
    door: () => ({ letInPerSecond: 0 }),
    signals: () => ({ waiting: 0, oldestMs: null, received: 0, stored: 0, dropped: {}, failure: null }),
    analytics: () => ({ pid: null, status: 'ok' }),
    analyticsHealth: () => ({ status: 'ok' }),
    database: async () => (await health()).parts.database,
    vision: async () => (await health()).parts.vision,
    media: () => ({ status: 'ok' }),
    versions: () => ({ lectern: '1.2.3', node: 'v24', mediasoup: '3', database: 'PGlite', analyticsStore: null }),
    loadTestsAllowed: config.loadToken !== undefined,
    settings: { audioPtimeMs: null, packetBudget: null, studentsPerClass: 2_000 },
    metricsToken: config.metricsToken ?? null,
    wrongTokensOfAddress: config.wrongTokensOfAddress ?? DEFAULT_LIMITS.wrongTokensOfAddress,
    isProxied: config.http !== undefined && mayBeProxied(config.http),
  });
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Headers = Record<string, string>;

/** What the live classes were told, in order. */
export type Told = { [Kind in keyof News]: [kind: Kind, ...told: Parameters<News[Kind]>] }[keyof News];

/** A browser as far as the server sees it: it keeps the cookies, and says where its requests come from. */
export class Visitor {
  readonly #app: FastifyInstance;
  readonly #address: string;
  /** The session's. */
  cookie: string | undefined;
  /** By which the browser is known at the next sign-in. */
  mark: string | undefined;

  constructor(app: FastifyInstance, address: string) {
    this.#app = app;
    this.#address = address;
  }

  async send(method: Method, url: string, body?: object, headers: Headers = {}): Promise<LightMyRequestResponse> {
    const cookies = [this.cookie, this.mark].filter((cookie) => cookie !== undefined);
    const response = await this.#app.inject({
      method,
      url,
      remoteAddress: this.#address,
      headers: {
        host: 'class.test',
        origin: ORIGIN,
        'sec-fetch-site': 'same-origin',
        ...(cookies.length === 0 ? {} : { cookie: cookies.join('; ') }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body }),
    });
    for (const { name, value } of response.cookies) {
      this[name.endsWith('-device') ? 'mark' : 'cookie'] = value === '' ? undefined : `${name}=${value}`;
    }
    return response;
  }

  /** Sends and gives the answer's body; throws when the answer is an error. */
  async ask<Answer>(method: Method, url: string, body?: object): Promise<Answer> {
    const response = await this.send(method, url, body);
    if (response.statusCode >= 300) throw new Error(`${method} ${url}: ${response.statusCode} ${response.body}`);
    return response.body === '' ? (undefined as Answer) : response.json<Answer>();
  }

  /** Sends and gives the code of the error that came back; undefined when none did. */
  async refusal(method: Method, url: string, body?: object): Promise<string | undefined> {
    const response = await this.send(method, url, body);
    return response.statusCode < 300 ? undefined : response.json<{ code: string }>().code;
  }
}

/** A server on a real store, without a port, at a time of our choosing. */
export class Campus {
  readonly app: FastifyInstance;
  readonly parts: HttpParts;
  readonly database: ScriptableDatabase;
  readonly clock: { now: Date };
  readonly told: Told[];
  readonly #logLines: string[];
  #visitors = 0;

  private constructor(
    app: FastifyInstance,
    parts: HttpParts,
    database: ScriptableDatabase,
    clock: { now: Date },
    { logLines, told }: { logLines: string[]; told: Told[] },
  ) {
    this.app = app;
    this.parts = parts;
    this.database = database;
    this.clock = clock;
    this.#logLines = logLines;
    this.told = told;
  }

  static async open(
    options: {
      config?: Partial<
        Pick<
          Config,
          | 'clientDir'
          | 'attentionDir'
          | 'http'
          | 'signalMode'
          | 'loadToken'
          | 'metricsToken'
          | 'wrongTokensOfAddress'
          | 'requestLimits'
          | 'accountLimits'
        >
      >;
      health?: () => Promise<Health>;
      /** The live classes as the operator sees them; none without it. */
      summary?: OperationsSources['summary'];
      /** Who is in a live class; nobody without it. */
      isConnected?: HttpParts['isConnected'];
      perAddress?: Partial<PerAddress>;
      /** What the live classes do with what they are told. */
      tell?: () => Promise<void>;
    } = {},
  ): Promise<Campus> {
    const { config = {}, tell = () => Promise.resolve() } = options;
    const { health = () => Promise.resolve(WELL), summary = () => [], isConnected = () => false } = options;
    const clock = { now: new Date('2026-11-23T08:00:00Z') };
    const logLines: string[] = [];
    const told: Told[] = [];
    const hear = (news: Told) => {
      told.push(news);
      return tell();
    };
    const logger = pino({ level: 'trace' }, { write: (line: string) => logLines.push(line) });
    const database = await openMigratedStore();
    const { wrongTokensOfAddress = DEFAULT_LIMITS.wrongTokensOfAddress } = config;
    const loadToken = new LoadToken(config.loadToken ?? null, wrongTokensOfAddress, () => clock.now.getTime());
    const operations = idleOperations(
      { now: () => clock.now, logger, loadTests: () => parts.loadTests, summary, health },
      config,
    );
    const parts: HttpParts = await createParts(
      {
        database,
        now: () => clock.now,
        logger,
        signalMode: config.signalMode ?? null,
        loadToken,
        studentsPerClass: DEFAULT_LIMITS.door.studentsPerClass,
      },
      {
        publicUrl: () => ORIGIN,
        addressLimits: new AddressLimits({
          ...DEFAULT_LIMITS.perAddress,
          ...options.perAddress,
          trustedProxies: 0,
          nowMs: () => clock.now.getTime(),
          isLifted: ({ address, headers }) => loadToken.carriedBy(headers, networkOf(address)),
        }),
        accountLimits: config.accountLimits ?? DEFAULT_LIMITS.accountLimits,
        warnings: () => ['A warning.'],
        operations,
        isConnected,
        news: {
          classChanged: (classId) => hear(['classChanged', classId]),
          classCancelled: (classId) => hear(['classCancelled', classId]),
          accountErased: (seats) => hear(['accountErased', seats]),
          seatsShut: (seats) => hear(['seatsShut', seats]),
          institutionChanged: () => hear(['institutionChanged']),
          loadTestEnds: (classId) => hear(['loadTestEnds', classId]),
          figuresToErase: () => hear(['figuresToErase']),
        },
      },
    );
    const http = {
      host: '127.0.0.1',
      port: 0,
      publicUrl: null,
      trustedProxies: 0,
      tls: null,
      selfSigned: false,
    };
    const app = await buildApp(
      { ...DEFAULT_LIMITS, http, clientDir: null, attentionDir: null, ...config },
      null,
      parts,
    );
    return new Campus(app, parts, database, clock, { logLines, told });
  }

  /** Everything that was logged. */
  get log(): string {
    return this.#logLines.join('');
  }

  visitor(address?: string): Visitor {
    this.#visitors += 1;
    return new Visitor(this.app, address ?? `10.0.${this.#visitors >> 8}.${this.#visitors & 255}`);
  }

  pass(ms: number): void {
    this.clock.now = new Date(this.clock.now.getTime() + ms);
  }

  /** The first account, operator and instructor at once. */
  async setUp(): Promise<Visitor> {
    const visitor = this.visitor();
    await visitor.ask<Session>('POST', `/api/set-up/${this.parts.setUpLink.token}`, {
      name: 'Ada',
      email: 'ada@campus.test',
      password: PASSWORD,
      institution: {
        responsibleBody: 'Campus',
        contact: 'privacy@campus.test',
        jurisdiction: 'eu',
        signalMode: 'cohort',
      },
    });
    return visitor;
  }

  /** Somebody with an account and no role. */
  async signUp(name: string): Promise<Visitor> {
    const visitor = this.visitor();
    await visitor.ask<Session>('POST', '/api/accounts', {
      name,
      email: `${name.toLowerCase()}@campus.test`,
      password: PASSWORD,
    });
    return visitor;
  }

  async planClass(instructor: Visitor, plan: object = {}): Promise<ClassDetail> {
    const course = await instructor.ask<Course>('POST', '/api/courses', { title: 'Algebra' });
    return instructor.ask('POST', `/api/courses/${course.courseId}/classes`, { title: 'Rings', ...plan });
  }

  async close(): Promise<void> {
    await this.app.close();
    this.parts.operations.close();
    await this.database.close();
  }
}
