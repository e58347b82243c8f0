import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runStep } from '../bootstrap/step.mjs';
import { runProgram } from '../run-program.ts';
import { ensureSystemPackages, releaseName, type PackageManager } from '../system-packages.ts';

/**
 * Builds libsrtp 2 on OpenSSL below `work` and gives its prefix. Distributions build it on NSS, which costs two to three
 * times as much per packet; so their source package is fetched, through a sources list of our own, with their signatures.
 * Where that cannot be had the system's library will do: then null.
 */
export async function buildSrtp(work: string, packages: PackageManager | null): Promise<string | null> {
  const prefix = join(work, 'srtp');
  try {
    await runStep('Building libsrtp on OpenSSL', async () => {
      const source = await fetchSource(work);
      const build = join(work, 'srtp-build');
      const options = {
        ENABLE_OPENSSL: 'ON',
        BUILD_SHARED_LIBS: 'OFF',
        TEST_APPS: 'OFF',
        CMAKE_BUILD_TYPE: 'Release',
        CMAKE_INSTALL_PREFIX: prefix,
        CMAKE_INSTALL_LIBDIR: 'lib',
        // A later CMake refuses the minimum that this release names.
        CMAKE_POLICY_VERSION_MINIMUM: '3.5',
      };
      const definitions = Object.entries(options).map(([name, value]) => `-D${name}=${value}`);
      const remedy = 'Is a C compiler installed?';
      await runProgram('cmake', ['-S', source, '-B', build, '-G', 'Ninja', ...definitions], { remedy });
      await runProgram('ninja', ['-C', build, 'install'], { remedy });
    });
    return prefix;
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n').at(-1) ?? '';
    process.stderr.write(`  not to be had (${reason}): taking the system's libsrtp2, which is slower\n`);
    if (packages !== null) await ensureSystemPackages('building mediasoup-worker', ['libsrtp2-dev'], packages);
    return null;
  }
}

/** The distribution's sources of libsrtp2 with its patches, checked by apt and dpkg-source. */
async function fetchSource(work: string): Promise<string> {
  const release = await releaseName();
  const lists = release === null ? '' : sourceLists(await systemSources(), release);
  if (lists === '') throw new Error('no source packages for this system');
  const area = join(work, 'apt');
  await Promise.all(
    ['sources', 'lists/partial', 'cache/archives/partial'].map((path) => mkdir(join(area, path), { recursive: true })),
  );
  await writeFile(join(area, 'sources/lectern.sources'), lists);
  const options = {
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': join(area, 'sources'),
    'Dir::State::lists': join(area, 'lists'),
    'Dir::Cache': join(area, 'cache'),
    'APT::Sandbox::User': 'root',
  };
  const common = ['-q', ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])];
  const remedy = 'The package sources cannot be reached.';
  await runProgram('apt-get', [...common, 'update'], { remedy });
  await runProgram('apt-get', [...common, 'source', 'libsrtp2'], { cwd: area, remedy });
  const directory = (await readdir(area)).find((name) => name.startsWith('libsrtp2-'));
  if (directory === undefined) throw new Error('the source package unpacked to no directory');
  return join(area, directory);
}

async function systemSources(): Promise<string[]> {
  const names = (await readdir('/etc/apt/sources.list.d').catch(() => [])).filter((name) =>
    /\.(list|sources)$/.test(name),
  );
  const paths = ['/etc/apt/sources.list', ...names.map((name) => `/etc/apt/sources.list.d/${name}`)];
  return Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')));
}

/**
 * The system's own package sources of one release, turned into sources of source packages (deb822): the mirrors stay the
 * operator's, and third parties' sources stay out.
 */
export function sourceLists(files: readonly string[], release: string): string {
  const stanzas = files.flatMap((text) => [...oneLineEntries(text), ...deb822Entries(text)]);
  return stanzas
    .filter(({ suites, components }) => suites.includes(release) && components.includes('main'))
    .map(({ uris, suites, components, signedBy }) =>
      [
        'Types: deb-src',
        `URIs: ${uris.join(' ')}`,
        `Suites: ${suites.join(' ')}`,
        `Components: ${components.join(' ')}`,
        ...(signedBy === null ? [] : [`Signed-By: ${signedBy}`]),
        '',
      ].join('\n'),
    )
    .join('\n');
}

interface Entry {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly signedBy: string | null;
}

function oneLineEntries(text: string): Entry[] {
  return [...text.matchAll(/^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+)$/gm)].map(
    ([, options = '', uri = '', suite = '', components = '']) => ({
      uris: [uri],
      suites: [suite],
      components: components.replace(/#.*/, '').trim().split(/\s+/),
      signedBy: /signed-by=(\S+)/i.exec(options)?.[1] ?? null,
    }),
  );
}

function deb822Entries(text: string): Entry[] {
  const stanzas = text
    .replaceAll(/^#.*\n?/gm, '')
    .split(/\n\s*\n/)
    .map(
      (stanza) =>
        new Map(
          [...stanza.matchAll(/^([\w-]+):((?:.*)(?:\n[ \t].*)*)/gm)].map(([, name = '', value = '']) => [
            name.toLowerCase(),
            value.trim(),
          ]),
        ),
    );
  const words = (value: string | undefined): string[] => value?.split(/\s+/) ?? [];
  return stanzas
    .filter((fields) => words(fields.get('types')).includes('deb') && fields.get('enabled') !== 'no')
    .map((fields) => ({
      uris: words(fields.get('uris')),
      suites: words(fields.get('suites')),
      components: words(fields.get('components')),
      signedBy: fields.get('signed-by') ?? null,
    }));
}
