import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** A build of the product with one leak, made from the real sources. */
export interface LeakyBuild {
  /** What a product is started with to serve it. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the guard of the sources says of it. */
  readonly waysOut: readonly string[];
  remove(): Promise<void>;
}

/** Builds with a leak of client/lab/leaks.ts. */
export async function leakyBuild(leak: string): Promise<LeakyBuild> {
  const { LECTERN_ATTENTION_DIR: attentionDir } = process.env;
  if (attentionDir === undefined) throw new Error('LECTERN_ATTENTION_DIR is not set: start with npm test');
  const client = resolve(import.meta.dirname, '../../../client');
  const directory = await mkdtemp(join(tmpdir(), 'lectern-leak-'));
  const options = ['--leak', leak, '--attention', attentionDir, '--out', join(directory, 'build')];
  const program = join(client, 'lab/make-leaky-build.ts');
  // Built as for people: what a test runner sets makes another page of the same sources.
  const { VITEST: _, NODE_ENV: __, ...environment } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...options], {
    cwd: client,
    env: { ...environment, NODE_ENV: 'production' },
  });
  // The build itself may have said something before.
  const made = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
    clientDir: string | null;
    attentionDir: string | null;
    waysOut: string[];
  };
  return {
    environment: {
      ...(made.clientDir === null ? {} : { LECTERN_CLIENT_DIR: made.clientDir }),
      ...(made.attentionDir === null ? {} : { LECTERN_ATTENTION_DIR: made.attentionDir }),
    },
    waysOut: made.waysOut,
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
