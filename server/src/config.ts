import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { editDistance, MINIMUM_COHORT, SIGNAL_MODES } from '@lectern/contracts';
import type { AudioPtimeMs, SignalMode } from '@lectern/contracts';
import { z } from 'zod';
import { limitKeys, limitsOf } from './config/limits.ts';
import type { Limits } from './config/limits.ts';
import { wholeNumber } from './config/whole-number.ts';
import { DEFAULT_STAGE_LIMITS } from './classroom/stage.ts';
import type { StageLimits } from './classroom/stage.ts';
import { isLocalHost } from './http/network-address.ts';
import { isHost, isIceServerUrl } from './media/addresses.ts';
import { StartError } from './store/store.ts';

const port = wholeNumber(0, 65_535);
const text = z.string().trim().min(1);
const flag = z.union([z.boolean(), z.stringbool()]);
const placesOnStage = wholeNumber(1, 32);
const webUrl = z.url({ protocol: /^https?$/ });
const publicUrl = webUrl.refine((value) => {
  const url = URL.parse(value);
  return url === null || `${url.origin}/` === url.href;
}, 'Lectern has an address to itself and lies under no path: give it a host name or a port of its own');
/** Else the rest of a password is taken for a host or a path, and told in messages. */
const isPlainStore = (value: string) => {
  const url = URL.parse(value);
  return url === null || (/^\w+:\/\//.test(value) && !`${url.pathname}${url.search}${url.hash}`.includes('@'));
};
const STORE_FORM = 'write // after the scheme, and / ? # @ in its user and password as %2F %3F %23 %40';
const turnUrls = text.superRefine((value, context) => {
  const wrong = listed(value).find((url) => !isIceServerUrl(url));
  if (wrong === undefined) return;
  const message = `${JSON.stringify(wrong)} is no address of a TURN server; write turn:, turns: or stun:, a host and, where needed, its port`;
  context.addIssue({ code: 'custom', message });
});

/**
 * Every key of the configuration, by the name it has in the environment and in the file: the one schema.
 * docs/configuration.md is generated from it. `secret` values never appear in a message or a log.
 */
export const configSchema = z.strictObject({
  LECTERN_HTTP_PORT: port.default(8080).describe('Port of the web server. 0 takes a free one.'),
  LECTERN_HTTP_HOST: text
    .optional()
    .describe(
      'Address that the web server listens on. Without it: 127.0.0.1, and 0.0.0.0 (every address) as soon as TLS is on. ' +
        'Browsers give a camera to localhost and to https only.',
    ),
  LECTERN_PUBLIC_URL: publicUrl
    .optional()
    .describe(
      'Address that people open, as it stands in links, for example https://class.example.org. Without it: detected.',
    ),
  LECTERN_TRUSTED_PROXIES: wholeNumber(0, 8)
    .default(0)
    .describe(
      'Number of reverse proxies in front (1 behind Caddy): so many entries of X-Forwarded-For and X-Forwarded-Proto are believed.',
    ),
  LECTERN_TLS_CERT: text
    .optional()
    .describe('File with the TLS certificate and its chain (PEM). Goes with LECTERN_TLS_KEY.'),
  LECTERN_TLS_KEY: text.optional().describe('File with the private key of the certificate (PEM).'),
  LECTERN_SELF_SIGNED: flag
    .default(false)
    .describe(
      'Set to true (or start with --self-signed) to try Lectern on a LAN: makes a certificate that browsers warn about once.',
    ),
  LECTERN_DATA_DIR: text
    .default('data')
    .describe('Directory for the embedded stores, the certificate made by itself and the lock. One server at a time.'),
  LECTERN_CONFIG: text
    .optional()
    .describe(
      'File with settings (JSON, the same keys). Without it: lectern.config.json in the working directory, if there is one. The environment wins.',
    ),
  LECTERN_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('How much is logged. Logs hold ids, never names or content.'),
  LECTERN_SIGNAL: z
    .enum(SIGNAL_MODES)
    .optional()
    .describe(
      'What the institution allows at most: off, device (figures that stay on the device) or cohort (contributions to the class signal). ' +
        'Wins over what was chosen at the first run and is shown there as fixed.',
    ),
  LECTERN_MINIMUM_COHORT: wholeNumber(MINIMUM_COHORT, 2_000)
    .default(MINIMUM_COHORT)
    .describe(`Fewest contributors of a window for which a figure is published: ${MINIMUM_COHORT} or more.`),
  LECTERN_STAGE_VIDEOS: placesOnStage
    .default(DEFAULT_STAGE_LIMITS.videos)
    .describe('Cameras and shared screens on the stage at the same time, 1 to 32.'),
  LECTERN_STAGE_MICROPHONES: placesOnStage
    .default(DEFAULT_STAGE_LIMITS.openMicrophones)
    .describe('Open microphones on the stage at the same time, 1 to 32.'),
  LECTERN_AUDIO_PTIME_MS: z
    .union(
      [z.literal([20, 60]), z.stringFormat('20 or 60', /^(20|60)$/).transform((value) => (value === '20' ? 20 : 60))],
      {
        error: 'it is neither 20 nor 60',
      },
    )
    .optional()
    .describe(
      'Milliseconds of sound in each packet of a microphone or a shared screen, 20 or 60, in every class. Without it: 60 in a class that expects ' +
        '300 students or more, by its plan or by the largest class of its course, else 20.',
    ),
  ...limitKeys,
  LECTERN_MEDIA_PORT: port
    .default(40_000)
    .describe(
      'First media port. Each worker takes one, UDP and TCP, counting up; a replacement takes over its port. 0 takes free ones.',
    ),
  LECTERN_MEDIA_HOST: text
    .optional()
    .describe(
      'Address that the media workers listen on. Without it: the same choice as for the web server, and every address when ' +
        'LECTERN_PUBLIC_URL leads here through a proxy on this machine.',
    ),
  LECTERN_MEDIA_ADDRESS: text
    .refine(isHost, 'it is neither an IP address nor a host name')
    .optional()
    .describe(
      'IP address or host name that browsers send media to (the public one behind a NAT), without a port. Without it: detected.',
    ),
  LECTERN_WORKERS: wholeNumber(1, 256).optional().describe('Number of media workers. Without it: one for each core.'),
  LECTERN_PACKET_BUDGET: wholeNumber(1_000, 10_000_000)
    .optional()
    .describe(
      'Packets per second that each media worker may send. Without it: measured at the start, and corrected in operation.',
    ),
  MEDIASOUP_WORKER_BIN: text
    .optional()
    .describe('The mediasoup worker to run. Without it: the one that the start script brings.'),
  LECTERN_POSTGRES_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .refine(isPlainStore, STORE_FORM)
    .optional()
    .meta({ secret: true })
    .describe('PostgreSQL for people, courses and classes. Without it: embedded, in the data directory.'),
  LECTERN_CLICKHOUSE_URL: webUrl
    .refine(isPlainStore, STORE_FORM)
    .optional()
    .meta({ secret: true })
    .describe('ClickHouse for the signals. Without it: embedded (chDB), in the data directory.'),
  NODE_EXTRA_CA_CERTS: text
    .optional()
    .describe(
      'File with certificates (PEM) to trust besides the well-known ones, for stores over TLS. Node reads it from the environment alone; it is passed on to the analytics process.',
    ),
  LECTERN_ANALYTICS_URL: webUrl
    .optional()
    .describe('Address of an analytics process that runs apart. Without it: the server starts and supervises its own.'),
  LECTERN_ANALYTICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .meta({ secret: true })
    .describe('Token that the analytics process that runs apart asks for.'),
  LECTERN_TURN_URLS: turnUrls
    .optional()
    .describe(
      'TURN servers for people behind firewalls, separated by commas, for example turn:class.example.org:3478?transport=udp.',
    ),
  LECTERN_TURN_SECRET: z
    .string()
    .min(16)
    .optional()
    .meta({ secret: true })
    .describe(
      'Secret shared with the TURN server (coturn: static-auth-secret). Credentials made from it expire by themselves.',
    ),
  LECTERN_LOAD_TOKEN: z
    .string()
    .min(16)
    .optional()
    .meta({ secret: true })
    .describe(
      'Token of 16 characters or more that allows load tests: whoever has it makes classes that are marked as load tests and end by themselves. Without it there are none.',
    ),
  LECTERN_METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .meta({ secret: true })
    .describe(
      'Token with which Prometheus reads /metrics (Authorization: Bearer). Without it only programs on this machine do, and nobody where a proxy stands in front.',
    ),
  LECTERN_ASSETS: text
    .optional()
    .describe(
      'Directory in which the set-up looks for downloads that cannot be made here, such as face_landmarker.task. Read by the start script.',
    ),
  LECTERN_CLIENT_DIR: text
    .optional()
    .describe('Directory of the built web app. Without it: the one that the start script builds.'),
  LECTERN_ATTENTION_DIR: text
    .optional()
    .describe(
      'Directory of the files served under /attention/. Without it: the one that the start script assembles; where there is none, classes work without the signal.',
    ),
});
type ConfigValues = z.output<typeof configSchema>;
export type ConfigKey = keyof ConfigValues;

/** The configuration as the parts of the server take it. */
export interface Config extends Limits {
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string | null;
    readonly trustedProxies: number;
    readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
    readonly selfSigned: boolean;
  };
  /** Started with --reset-operator: each operator gets a link for a new password, printed when the server is ready. */
  readonly resetOperator: boolean;
  readonly dataDir: string;
  readonly logLevel: ConfigValues['LECTERN_LOG_LEVEL'];
  /** LECTERN_SIGNAL; null: the institution decides. */
  readonly signalMode: SignalMode | null;
  /** Fewest contributors for which a figure may be shown. */
  readonly minimumCohort: number;
  readonly stage: StageLimits;
  /** Null: by the size of the class. */
  readonly audioPtimeMs: AudioPtimeMs | null;
  readonly media: {
    readonly host: string;
    readonly firstPort: number;
    /** Null: detected. */
    readonly announcedAddress: string | null;
    /** Null: one for each core. */
    readonly workers: number | null;
    readonly workerBinary: string | null;
    /** Packets per second for each worker; null: measured. */
    readonly packetBudget: number | null;
  };
  /** Null: embedded in the data directory. */
  readonly postgresUrl: string | null;
  readonly analytics: {
    readonly clickhouseUrl: string | null;
    /** Null: the server starts its own analytics process. */
    readonly url: string | null;
    readonly token: string | null;
    /** NODE_EXTRA_CA_CERTS, for the process that the server starts. */
    readonly extraCaCerts: string | null;
  };
  readonly turn: { readonly urls: readonly string[]; readonly secret: string } | null;
  /** Null: no load tests. */
  readonly loadToken: string | null;
  /** Null: metrics are for this machine alone. */
  readonly metricsToken: string | null;
  readonly clientDir: string | null;
  readonly attentionDir: string | null;
}

const DEFAULT_FILE = 'lectern.config.json';
const PREFIX = 'LECTERN_';
const OPTIONS: readonly string[] = ['--self-signed', '--reset-operator'];

/**
 * Reads the configuration from the environment, the command line and the optional file. Throws a StartError that names
 * the key, the value and the remedy when a key is unknown or a value wrong; the value of a secret is never named.
 */
export function readConfig(
  argv: readonly string[],
  workingDirectory: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  requireKnown(argv);
  const fromArguments = argv.includes('--self-signed') ? { LECTERN_SELF_SIGNED: true } : {};
  const fromEnvironment = pickEnvironment(environment);
  const file = fromEnvironment['LECTERN_CONFIG'];
  const fromFile = readFile(resolve(workingDirectory, file ?? DEFAULT_FILE), file !== undefined);
  const parsed = configSchema.safeParse({ ...fromFile, ...fromEnvironment, ...fromArguments });
  if (!parsed.success) {
    const given: Record<string, unknown> = { ...fromFile, ...fromEnvironment, ...fromArguments };
    throw new StartError(parsed.error.issues.map((issue) => explain(issue, given)).join('\n'));
  }
  return { ...toConfig(parsed.data, workingDirectory), resetOperator: argv.includes('--reset-operator') };
}

/** True when the value of this key must not appear in any message. */
export function isSecret(key: ConfigKey): boolean {
  return configSchema.shape[key].meta()?.['secret'] === true;
}

function requireKnown(argv: readonly string[]): void {
  const unknown = argv.find((argument) => !OPTIONS.includes(argument));
  if (unknown === undefined) return;
  throw new StartError(
    `${unknown} is not an option of the server. There are ${OPTIONS.join(' and ')}; all else is in docs/configuration.md.`,
  );
}

function pickEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [key, value] of Object.entries(environment)) {
    // An empty value is how compose files and shells say "not set".
    if (value === undefined || value === '') continue;
    if (key.startsWith(PREFIX) || key in configSchema.shape) picked[key] = value;
  }
  return picked;
}

function readFile(path: string, required: boolean): Record<string, unknown> {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' && !required) return {};
    throw new StartError(
      `The settings file ${path} cannot be read (${code ?? String(error)}). Correct LECTERN_CONFIG or the file's rights.`,
    );
  }
  try {
    return withoutEmpty(z.record(z.string(), z.unknown()).parse(JSON.parse(content)));
  } catch (error) {
    // Of what the parser says the place alone: around it may stand a secret.
    const [where] = /\(line \d+ column \d+\)/.exec(String(error)) ?? [];
    const object = where === undefined ? 'one JSON object' : `one JSON object ${where}`;
    throw new StartError(`The settings file ${path} is not ${object}. Correct it, or remove it.`);
  }
}

/** A key that nobody knows stays, and is refused whatever its value. */
function withoutEmpty(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isEmpty = ([key, value]: [string, unknown]) => key in configSchema.shape && (value === '' || value === null);
  return Object.fromEntries(Object.entries(settings).filter((entry) => !isEmpty(entry)));
}

function explain(issue: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>): string {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .map((key) => {
        const near = nearestKey(key);
        return `${key} is not a setting of Lectern.${near ? ` Did you mean ${near}?` : ''} Correct or remove it; docs/configuration.md lists all.`;
      })
      .join('\n');
  }
  const key = String(issue.path[0]) as ConfigKey;
  const value = isSecret(key) ? 'its value (not shown)' : JSON.stringify(given[key]);
  return `${key}: ${value} cannot be used: ${issue.message}. ${configSchema.shape[key].description ?? ''}`;
}

/** The key that a mistyped one was most likely meant to be; undefined when none is near. */
function nearestKey(key: string): string | undefined {
  const keys = Object.keys(configSchema.shape);
  const begun = keys.find((candidate) => candidate.startsWith(`${key}_`));
  if (begun !== undefined) return begun;
  const ranked = keys
    .map((candidate) => ({ candidate, distance: editDistance(key, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= Math.max(3, key.length / 4) ? best.candidate : undefined;
}

function listed(value: string): string[] {
  return value.split(',').map((entry) => entry.trim());
}

function requireTogether(values: ConfigValues, first: ConfigKey, second: ConfigKey): void {
  if ((values[first] === undefined) === (values[second] === undefined)) return;
  const [set, missing] = values[first] === undefined ? [second, first] : [first, second];
  throw new StartError(`${set} is set and ${missing} is not: they go together. Set both or none.`);
}

/** Behind a proxy on this machine the web server listens on loopback alone; media go past the proxy. */
function defaultMediaHost(httpHost: string, publicUrl: string | undefined): string {
  const isProxied = publicUrl !== undefined && !isLocalHost(new URL(publicUrl).hostname);
  return isProxied && isLocalHost(httpHost) ? '0.0.0.0' : httpHost;
}

function toConfig(values: ConfigValues, workingDirectory: string): Omit<Config, 'resetOperator'> {
  requireTogether(values, 'LECTERN_TLS_CERT', 'LECTERN_TLS_KEY');
  requireTogether(values, 'LECTERN_TURN_URLS', 'LECTERN_TURN_SECRET');
  requireTogether(values, 'LECTERN_ANALYTICS_URL', 'LECTERN_ANALYTICS_TOKEN');
  const inWorkingDirectory = (path: string) => resolve(workingDirectory, path);
  const { LECTERN_TLS_CERT: certFile, LECTERN_TLS_KEY: keyFile } = values;
  const tls =
    certFile && keyFile ? { certFile: inWorkingDirectory(certFile), keyFile: inWorkingDirectory(keyFile) } : null;
  const host = values.LECTERN_HTTP_HOST ?? (tls || values.LECTERN_SELF_SIGNED ? '0.0.0.0' : '127.0.0.1');
  return {
    http: {
      host,
      port: values.LECTERN_HTTP_PORT,
      publicUrl: values.LECTERN_PUBLIC_URL ? new URL(values.LECTERN_PUBLIC_URL).origin : null,
      trustedProxies: values.LECTERN_TRUSTED_PROXIES,
      tls,
      selfSigned: values.LECTERN_SELF_SIGNED && !tls,
    },
    dataDir: inWorkingDirectory(values.LECTERN_DATA_DIR),
    logLevel: values.LECTERN_LOG_LEVEL,
    signalMode: values.LECTERN_SIGNAL ?? null,
    minimumCohort: values.LECTERN_MINIMUM_COHORT,
    stage: { videos: values.LECTERN_STAGE_VIDEOS, openMicrophones: values.LECTERN_STAGE_MICROPHONES },
    ...limitsOf(values),
    audioPtimeMs: values.LECTERN_AUDIO_PTIME_MS ?? null,
    media: {
      host: values.LECTERN_MEDIA_HOST ?? defaultMediaHost(host, values.LECTERN_PUBLIC_URL),
      firstPort: values.LECTERN_MEDIA_PORT,
      announcedAddress: values.LECTERN_MEDIA_ADDRESS ?? null,
      workers: values.LECTERN_WORKERS ?? null,
      workerBinary: values.MEDIASOUP_WORKER_BIN ?? null,
      packetBudget: values.LECTERN_PACKET_BUDGET ?? null,
    },
    postgresUrl: values.LECTERN_POSTGRES_URL ?? null,
    analytics: {
      clickhouseUrl: values.LECTERN_CLICKHOUSE_URL ?? null,
      url: values.LECTERN_ANALYTICS_URL ?? null,
      token: values.LECTERN_ANALYTICS_TOKEN ?? null,
      extraCaCerts: values.NODE_EXTRA_CA_CERTS ?? null,
    },
    turn:
      values.LECTERN_TURN_URLS && values.LECTERN_TURN_SECRET
        ? { urls: listed(values.LECTERN_TURN_URLS), secret: values.LECTERN_TURN_SECRET }
        : null,
    loadToken: values.LECTERN_LOAD_TOKEN ?? null,
    metricsToken: values.LECTERN_METRICS_TOKEN ?? null,
    clientDir: values.LECTERN_CLIENT_DIR ? inWorkingDirectory(values.LECTERN_CLIENT_DIR) : null,
    attentionDir: values.LECTERN_ATTENTION_DIR ? inWorkingDirectory(values.LECTERN_ATTENTION_DIR) : null,
  };
}
