import { chmod, writeFile } from 'node:fs/promises';
import { arch, platform, release } from 'node:os';
import { dirname } from 'node:path';
import { SetUpError } from '../bootstrap/step.mjs';
import { runProgram } from '../run-program.ts';

const RELEASES = 'https://github.com/versatica/mediasoup/releases/download';
/** A release that does not answer by then is out of reach, and building is the better use of the time. */
const ANSWER_TIMEOUT_MS = 5_000;
const DOWNLOAD_TIMEOUT_MS = 180_000;

/** Where mediasoup publishes the worker of this version for this machine, named as its own install script names it. */
export function prebuiltUrl(
  version: string,
  baseUrl: string | null = null,
  machine = { platform: platform() as string, arch: arch() as string, release: release() },
): string {
  const kernel = machine.platform === 'linux' ? `-kernel${machine.release.split('.')[0] ?? ''}` : '';
  return `${baseUrl ?? RELEASES}/${version}/mediasoup-worker-${version}-${machine.platform}-${machine.arch}${kernel}.tgz`;
}

/** Downloads the archive and unpacks the worker to `path`. Rejects within seconds when the address does not answer. */
export async function downloadPrebuilt(url: string, path: string): Promise<void> {
  const archive = `${path}.tgz`;
  await writeFile(archive, await download(url));
  await runProgram('tar', ['-xzf', archive, '-C', dirname(path), 'mediasoup-worker'], {
    remedy: 'The download is not an archive with a worker in it.',
  });
  await chmod(path, 0o755);
}

async function download(url: string): Promise<Uint8Array> {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), ANSWER_TIMEOUT_MS);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) throw new SetUpError(`${url} answered ${response.status}`);
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), DOWNLOAD_TIMEOUT_MS);
    return await response.bytes();
  } catch (error) {
    if (error instanceof SetUpError) throw error;
    throw new SetUpError(`${new URL(url).host} did not answer`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
