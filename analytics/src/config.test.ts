import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configSchema, readConfig } from './config.ts';

const token = 'a-token-of-16-or-more';

describe('the configuration of the analytics process', () => {
  it('needs only a token', () => {
    expect(readConfig({ LECTERN_ANALYTICS_TOKEN: token })).toMatchObject({
      host: '127.0.0.1',
      port: 0,
      store: { kind: 'chdb' },
      endsWithParent: false,
    });
  });

  it('takes ClickHouse by URL instead of the embedded store', () => {
    const url = 'http://lectern:secret@clickhouse:8123/lectern';
    expect(readConfig({ LECTERN_ANALYTICS_TOKEN: token, LECTERN_CLICKHOUSE_URL: url }).store).toEqual({
      kind: 'clickhouse',
      url,
    });
  });

  it.each([
    [{}, /LECTERN_ANALYTICS_TOKEN is missing/],
    [{ LECTERN_ANALYTICS_TOKEN: token, LECTERN_ANALYTICS_PORT: '70000' }, /LECTERN_ANALYTICS_PORT is "70000"/],
    [
      { LECTERN_ANALYTICS_TOKEN: token, LECTERN_ANALYTICS_PROT: '1' },
      /Nobody knows LECTERN_ANALYTICS_PROT.*LECTERN_ANALYTICS_PORT/,
    ],
    [{ LECTERN_ANALYTICS_TOKEN: token, LECTERN_CLICKHOUSE_URL: 'clickhouse' }, /LECTERN_CLICKHOUSE_URL is not right/],
  ])('refuses %o with the key and the remedy', (environment, message) => {
    expect(() => readConfig(environment)).toThrow(message);
  });

  it('never says a secret', () => {
    expect(() => readConfig({ LECTERN_ANALYTICS_TOKEN: 'short-secret' })).toThrow(/^((?!short-secret).)*$/s);
  });

  it('minds nothing of the server’s that stands in the same environment', () => {
    const environment = {
      LECTERN_ANALYTICS_TOKEN: token,
      LECTERN_ANALYTICS_URL: 'http://analytics',
      LECTERN_HTTP_PORT: 'x',
    };
    expect(() => readConfig(environment)).not.toThrow();
  });

  it('is documented key by key', () => {
    const document = readFileSync(new URL('../../docs/signals.md', import.meta.url), 'utf8');
    const documented = [...document.matchAll(/^\| `(LECTERN_[A-Z_]+)` \|/gm)].map((match) => match[1]);
    expect(documented.sort()).toEqual(Object.keys(configSchema.shape).sort());
  });
});
