import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { embeddedStoreWarning } from './embedded-store.ts';

describe('the embedded analytics store', () => {
  const linux = (arch: string) => ({ platform: 'linux', arch });

  it('is warned about where it has no build, with the remedy', () => {
    expect(embeddedStoreWarning(false, linux('arm64'))).toMatch(/this is linux on arm64.*LECTERN_CLICKHOUSE_URL=/);
    expect(embeddedStoreWarning(false, { platform: 'darwin', arch: 'x64' })).toContain('this is darwin on x64');
  });

  it('is not where it runs, nor where another store is named', () => {
    expect(embeddedStoreWarning(false, linux('x64'))).toBeNull();
    expect(embeddedStoreWarning(true, linux('arm64'))).toBeNull();
  });

  it('has a build in the lockfile for these machines and no other', () => {
    const lockfile = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
    const builds = [...lockfile.matchAll(/"node_modules\/@chdb\/lib-([^"]+)": \{/g)].map(([, build]) => build);
    expect(builds).toEqual(['linux-x64-gnu']);
  });
});
