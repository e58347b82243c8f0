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
