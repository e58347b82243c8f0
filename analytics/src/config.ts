import { resolve } from 'node:path';
import { z } from 'zod';
import { StartError } from './store/engine.ts';
import type { StoreLocation } from './store/open-store.ts';

const text = z.string().trim().min(1);

/** Every key of the analytics process. The server sets them when it starts the process itself. */
export const configSchema = z.strictObject({
  LECTERN_ANALYTICS_TOKEN: z.string().min(16).describe('Token that callers must bring, 16 characters or more.'),
  LECTERN_ANALYTICS_HOST: text.default('127.0.0.1').describe('Address to listen on.'),
  LECTERN_ANALYTICS_PORT: z.coerce.number().int().min(0).max(65_535).default(0).describe('Port; 0 takes a free one.'),
  LECTERN_ANALYTICS_DIR: text.optional().describe('Directory of the embedded store. Without it: `data/analytics`.'),
  LECTERN_ANALYTICS_PARENT: z
    .stringbool()
    .default(false)
    .describe('Set by the server that starts it: the process ends when its standard input closes.'),
  LECTERN_CLICKHOUSE_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('ClickHouse instead of the embedded store.'),
  LECTERN_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('How much is logged.'),
});

/** The configuration as the parts of the analytics process take it. */
export interface Config {
  readonly token: string;
  readonly host: string;
  readonly port: number;
  readonly store: StoreLocation;
  readonly endsWithParent: boolean;
  readonly logLevel: z.output<typeof configSchema>['LECTERN_LOG_LEVEL'];
}

/** Keys of the server that may stand in the same environment. */
const OWN_PREFIX = 'LECTERN_ANALYTICS_';
const NOT_OURS = 'LECTERN_ANALYTICS_URL';
const SECRET_KEYS: readonly string[] = ['LECTERN_ANALYTICS_TOKEN', 'LECTERN_CLICKHOUSE_URL'];

/** Reads the configuration. Throws a StartError that names the key, the value and the remedy. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const relevant = Object.entries(environment).filter(
    ([key, value]) =>
      value !== undefined && key !== NOT_OURS && (key.startsWith(OWN_PREFIX) || key in configSchema.shape),
  );
  const parsed = configSchema.safeParse(Object.fromEntries(relevant));
  if (!parsed.success) throw new StartError(parsed.error.issues.map((issue) => remedy(issue, environment)).join('\n'));
  const values = parsed.data;
  return {
    token: values.LECTERN_ANALYTICS_TOKEN,
    host: values.LECTERN_ANALYTICS_HOST,
    port: values.LECTERN_ANALYTICS_PORT,
    store:
      values.LECTERN_CLICKHOUSE_URL === undefined
        ? { kind: 'chdb', directory: resolve(values.LECTERN_ANALYTICS_DIR ?? 'data/analytics') }
        : { kind: 'clickhouse', url: values.LECTERN_CLICKHOUSE_URL },
    endsWithParent: values.LECTERN_ANALYTICS_PARENT,
    logLevel: values.LECTERN_LOG_LEVEL,
  };
}

function remedy(issue: z.core.$ZodIssue, environment: Readonly<Record<string, string | undefined>>): string {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(configSchema.shape).join(', ');
    return `Nobody knows ${issue.keys.join(', ')}. Remove it, or correct it to one of ${known}.`;
  }
  const key = String(issue.path[0]);
  const value = environment[key];
  const given = value === undefined ? 'is missing' : SECRET_KEYS.includes(key) ? 'is not right' : `is "${value}"`;
  const what = configSchema.shape[key as keyof typeof configSchema.shape].description ?? '';
  return `${key} ${given}: ${issue.message}. ${what}`;
}
