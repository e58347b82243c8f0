import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepOwn } from './own-environment.ts';

it('keeps the settings of the operator’s own server away from that of a load test, but for what it is made of and may bear', () => {
  const environment = {
    PATH: '/bin',
    LECTERN_POSTGRES_URL: 'postgres://people',
    LECTERN_CONFIG: '/etc/lectern.conf',
    LECTERN_LOAD_TOKEN: 'secret',
    LECTERN_WORKERS: '2',
    LECTERN_CLIENT_DIR: '/srv/client',
  };
  keepOwn(environment);
  expect(environment).toEqual({ PATH: '/bin', LECTERN_WORKERS: '2', LECTERN_CLIENT_DIR: '/srv/client' });
});

/** As the names of settings say it. */
const MET_BY_A_CLASS =
  /_(?:SEAT|CLASS|CONNECTION|SECOND|PERCENT)$|_(?:ADMISSION|HANDSHAKE|UNREAD|FLOOD|EARLY)S?_|_(?:STAGE|AUDIO)_/;

it('keeps every limit that a class meets', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
  const settings = [...page.matchAll(/^\| `(LECTERN_\w+)`/gm)].map(([, name = '']) => name);
  const met = settings.filter((name) => MET_BY_A_CLASS.test(name) && !name.endsWith('_PER_ADDRESS'));
  expect(met).toContain('LECTERN_CHAT_LINES_PER_CLASS');
  const environment = Object.fromEntries(settings.map((name) => [name, 'set']));
  keepOwn(environment);
  expect(met.filter((name) => !(name in environment))).toEqual([]);
  expect(Object.keys(environment).filter((name) => name.endsWith('_PER_ADDRESS'))).toEqual([]);
});
