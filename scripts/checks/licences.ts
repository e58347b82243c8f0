import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../environment.ts';
import { KEPT_LICENCES } from './kept-licences.ts';
import { isAllowed } from './licence-expression.ts';

/**
 * What THIRD_PARTY_NOTICES is made of: the production dependencies of what is shipped, as the lockfile names them, and what
 * builds leave in the web app. Run as a program it compares the committed file, the licences and their texts with what must
 * be; with `--write` it writes the file.
 */
interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly link?: boolean;
  /** Binaries for one platform, installed there alone. */
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
type Packages = Readonly<Record<string, LockedPackage | undefined>>;

interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** The texts that it ships, or the one that is kept for it; none for a platform's binaries, which their parent covers. */
  readonly texts: readonly string[];
  /** The package whose binaries for one platform these are. */
  readonly binariesOf?: string | undefined;
}

const SHIPPED = ['contracts', 'server', 'analytics', 'client'];
/** Builders that put code of their own into the web app; what they need for building stays with them. */
const BUILT_IN = ['@inlang/paraglide-js', 'rolldown', 'vite'];
/** Packages whose package.json names no licence in today's form: read from their licence file by hand. */
const NAMED_ELSEWHERE: Readonly<Record<string, string>> = { 'xmlhttprequest-ssl': 'MIT' };
const NOTICES = join(ROOT, 'THIRD_PARTY_NOTICES');
const HEAD = `Lectern is licensed under the Apache License 2.0 (see LICENSE). It is shipped with, or makes use of, the
following software and data of others. Generated from the lockfile by "node scripts/checks/licences.ts --write".

Not from the npm registry:
- face_landmarker.task, the FaceLandmarker model bundle by Google: Apache-2.0. It is served without face_blendshapes.tflite.
- mediasoup-worker, when it is built here, links libsrtp (BSD-3-Clause), OpenSSL (Apache-2.0), libuv (MIT), Abseil and
  FlatBuffers (Apache-2.0) of the operating system, and contains parts of libwebrtc (BSD-3-Clause).
`;

/** The paths in the lockfile of everything that the shipped workspaces need at run time and of `builtIn`, sorted by name. */
export function shippedPaths(packages: Packages, builtIn: readonly string[] = []): string[] {
  const found = new Set<string>(builtIn.map((name) => `node_modules/${name}`));
  const visit = (path: string): void => {
    const { dependencies = {}, optionalDependencies = {} } = packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const at = resolveFrom(packages, path, name);
      if (at === null || found.has(at)) continue;
      if (packages[at]?.link === true) continue;
      found.add(at);
      visit(at);
    }
  };
  for (const workspace of SHIPPED) visit(workspace);
  return [...found].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : a < b ? -1 : 1));
}

/** Node's own search, upwards from the dependent package. */
function resolveFrom(packages: Packages, from: string, name: string): string | null {
  for (let base = from; ; base = base.replace(/(^|\/)(node_modules\/)?(@[^/]+\/)?[^/]+$/, '')) {
    const candidate = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`;
    if (packages[candidate] !== undefined) return candidate;
    if (base === '') return null;
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

async function shippedPackages(): Promise<ShippedPackage[]> {
  const lockfile = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Packages };
  return Promise.all(
    shippedPaths(lockfile.packages, BUILT_IN).map(async (path) => {
      const { version = '', license, os, cpu } = lockfile.packages[path] ?? {};
      const name = nameOf(path);
      const kept = KEPT_LICENCES[name];
      // The same on every machine, whichever platform's binaries are installed there.
      const binariesOf = os === undefined && cpu === undefined ? undefined : dependentOn(lockfile.packages, name);
      const own = async () => (kept === undefined ? await licenceTexts(join(ROOT, path)) : [kept.text]);
      return {
        name,
        version,
        licence: license ?? NAMED_ELSEWHERE[name] ?? '',
        texts: binariesOf === undefined ? await own() : [],
        binariesOf,
      };
    }),
  );
}

function dependentOn(packages: Packages, name: string): string | undefined {
  const found = Object.entries(packages).find(([, dependent]) => dependent?.optionalDependencies?.[name] !== undefined);
  return found === undefined ? undefined : nameOf(found[0]);
}

async function licenceTexts(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  const wanted = names.filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  const texts = await Promise.all(wanted.map((name) => readFile(join(directory, name), 'utf8').catch(() => '')));
  return texts.map((text) => text.replaceAll('\r\n', '\n').trim()).filter((text) => text !== '');
}

/** The file's content: a list of all, then each text once with those that it covers. */
export function noticesOf(packages: readonly ShippedPackage[]): string {
  const covered = new Map<string, string[]>();
  for (const { name, version, texts } of packages) {
    for (const text of texts) covered.set(text, [...(covered.get(text) ?? []), `${name} ${version}`]);
  }
  const list = packages.map(({ name, version, licence }) => `- ${name} ${version}: ${licence}`).join('\n');
  const texts = [...covered].map(([text, names]) => `${'-'.repeat(80)}\n${names.join(', ')}\n\n${text}\n`).join('\n');
  return `${HEAD}\nFrom the npm registry:\n${list}\n\n${texts}`;
}

/** Those of which no text says what their licence asks to be handed on. */
export function withoutText(packages: readonly ShippedPackage[]): readonly ShippedPackage[] {
  const withText = new Set(packages.filter(({ texts }) => texts.length > 0).map(({ name }) => name));
  return packages.filter(({ name, binariesOf }) => !withText.has(binariesOf ?? name));
}

async function main(write: boolean): Promise<number> {
  const packages = await shippedPackages();
  const refused = packages.filter(({ licence }) => !isAllowed(licence));
  for (const { name, version, licence } of refused) {
    console.log(`${name} ${version}: "${licence}" is not on the list in scripts/checks/licence-expression.ts`);
  }
  const bare = withoutText(packages);
  for (const { name, version } of bare) {
    console.log(
      `${name} ${version} ships no licence text: keep one, with its source, in scripts/checks/kept-licences.ts`,
    );
  }
  const idle = Object.keys(KEPT_LICENCES).filter((kept) => !packages.some(({ name }) => name === kept));
  for (const name of idle) console.log(`${name} is shipped no more: take it out of scripts/checks/kept-licences.ts`);
  const notices = noticesOf(packages);
  if (write) await writeFile(NOTICES, notices);
  const stale = (await readFile(NOTICES, 'utf8').catch(() => '')) !== notices;
  if (stale)
    console.log('THIRD_PARTY_NOTICES is out of date: run "node scripts/checks/licences.ts --write" and commit it');
  return refused.length + bare.length + idle.length > 0 || stale ? 1 : 0;
}

if (process.argv[1] === import.meta.filename) process.exitCode = await main(process.argv.includes('--write'));
