import { join } from 'node:path';
import { ensureAttentionAssets } from './assets/attention-assets.ts';
import { ensureClient } from './assets/client-build.ts';
import { SetUpError } from './bootstrap/step.mjs';
import { CACHE, environment } from './environment.ts';
import { ensureWorker } from './worker/worker-binary.ts';

/** Everything that the server is started with. */
export interface Prepared {
  /** The environment that names the parts to the server. */
  readonly variables: Readonly<Record<string, string>>;
  /** What is missing without keeping a class from working, in one line with the remedy each. */
  readonly missing: readonly string[];
}

/**
 * Brings what is missing: the media worker, the vision files, the built web app. Steps that are done take no time;
 * a download that failed lately is tried again only when `retry` says so.
 */
export async function setUp({ retry }: { readonly retry: boolean }): Promise<Prepared> {
  const workerBinary = await ensureWorker();
  const assets = await attentionAssets(retry);
  const clientDir = environment.clientDir ?? (await ensureClient());
  return {
    variables: {
      MEDIASOUP_WORKER_BIN: workerBinary,
      LECTERN_CLIENT_DIR: clientDir,
      // Without it Node strips the types of every file anew at each start: slower, and 10 MB more for the compiler.
      NODE_COMPILE_CACHE: environment.compileCache ?? join(CACHE, 'compiled'),
      ...(assets.directory === null ? {} : { LECTERN_ATTENTION_DIR: assets.directory }),
    },
    missing: assets.missing,
  };
}

/** A folder that is set is taken as it is. A class does without these files, so a failure is only told. */
async function attentionAssets(retry: boolean): Promise<{ directory: string | null; missing: readonly string[] }> {
  if (environment.attentionDir !== null) return { directory: environment.attentionDir, missing: [] };
  try {
    return await ensureAttentionAssets({ retry });
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    return {
      directory: null,
      missing: [`The vision files cannot be assembled; classes work without them.\n${error.message}`],
    };
  }
}
