import { ensureAttentionAssets, type AttentionAssets } from './assets/attention-assets.ts';
import { ensureClient } from './assets/client-build.ts';
import { environment } from './environment.ts';
import { ensureWorker } from './worker/worker-binary.ts';

/** Everything that the server is started with. */
export interface Prepared {
  /** The environment that names the parts to the server. */
  readonly variables: Readonly<Record<string, string>>;
  /** What is missing without keeping a class from working, in one line with the remedy each. */
  readonly missing: readonly string[];
}

/** Brings what is missing: the media worker, the vision files, the built web app. Steps that are done take no time. */
export async function setUp(): Promise<Prepared> {
  const workerBinary = await ensureWorker();
  const assets = await attentionAssets();
  const clientDir = environment.clientDir ?? (await ensureClient());
  return {
    variables: {
      MEDIASOUP_WORKER_BIN: workerBinary,
      LECTERN_CLIENT_DIR: clientDir,
      ...(assets === null ? {} : { LECTERN_ATTENTION_DIR: assets.directory }),
    },
    missing: assets?.missing ?? [],
  };
}

/** A folder that is set is taken as it is. */
async function attentionAssets(): Promise<AttentionAssets | null> {
  return environment.attentionDir === null
    ? await ensureAttentionAssets()
    : { directory: environment.attentionDir, missing: [] };
}
