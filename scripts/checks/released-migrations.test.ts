import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileSha256 } from '../content-hash.ts';
import { ROOT } from '../environment.ts';

/** By release, the migrations that it ships, each with its SHA-256. */
type Releases = Readonly<Record<string, Readonly<Record<string, string>>>>;

const NEWEST = /^## (?<version>\S+)(?<unreleased> \(unreleased\))?$/m;

const changelog = await readFile(join(ROOT, 'CHANGELOG.md'), 'utf8');
const { version = '', unreleased } = NEWEST.exec(changelog)?.groups ?? {};
const { version: packageVersion } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
};

it('the changelog begins with the version of package.json', () => {
  expect(version).toBe(packageVersion);
});

describe.each(['server', 'analytics'])('the migrations of the %s', async (workspace) => {
  const folder = join(ROOT, workspace, 'src/store');
  const releases = JSON.parse(await readFile(join(folder, 'releases.json'), 'utf8')) as Releases;
  const present = await hashes(join(folder, 'migrations'));

  it.each(Object.entries(releases))('are as release %s shipped them', (release, shipped) => {
    for (const [name, hash] of Object.entries(shipped)) {
      expect(
        present[name],
        `Stores that ${release} made have run ${name}.sql as it was: put it back so, and write a new migration instead.`,
      ).toBe(hash);
    }
  });

  it('are all listed for the version that ships them', () => {
    const listed = releases[version];
    // The first release has its list from the start; a later one may get it when it is released.
    if (unreleased !== undefined && listed === undefined) return;
    const missing = Object.entries(present).filter(([name]) => !Object.hasOwn(listed ?? {}, name));
    const lines = missing.map(([name, hash]) => `    "${name}": "${hash}"`).join(',\n');
    expect(
      missing.map(([name]) => name),
      `Add to "${version}" in ${workspace}/src/store/releases.json:\n${lines}\n` +
        `and to releases/${version}.sql beside it a row of made-up people for each table that is new.`,
    ).toEqual([]);
  });
});

/** By name, without its ending. */
async function hashes(migrations: string): Promise<Record<string, string>> {
  const names = (await readdir(migrations)).sort();
  const pairs = names.map(async (name) => [name.slice(0, -'.sql'.length), await fileSha256(join(migrations, name))]);
  return Object.fromEntries(await Promise.all(pairs)) as Record<string, string>;
}
