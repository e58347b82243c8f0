import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Health } from '@lectern/contracts';
import type { Logger } from 'pino';
import { z } from 'zod';

/** What the on-device pipeline needs; see client/src/attention/README.md. */
const ROLES = ['worker', 'landmarker-wasm', 'ort-wasm', 'landmarker-model', 'attention-model'] as const;
const REMEDY = 'Classes work without it. Run "npm run setup", or set LECTERN_ASSETS to the directory with the files.';

const manifestSchema = z.object({ files: z.array(z.object({ role: z.string(), name: z.string() })) });

/** Everybody may ask as often as they like. */
const LOOK_AGAIN_AFTER_MS = 5_000;

type VisionHealth = Health['parts']['vision'];

/**
 * Tells whether students' browsers can be given everything that the on-device pipeline needs. Everybody may read it: it names what
 * is missing and the remedy, and no path. Directory and reason go to the log, once for as long as they stay the same. The files are looked at
 * once in five seconds, however many ask.
 */
export function visionHealth(
  attentionDir: string | null,
  logger: Logger,
  nowMs = () => performance.now(),
): () => Promise<VisionHealth> {
  let logged: string | null = null;
  let newest: { readonly atMs: number; readonly health: Promise<VisionHealth> } | null = null;
  const lookOnce = async () => {
    const { health, reason } = await look(attentionDir);
    const failure = health.status === 'ok' ? null : `${health.detail ?? ''} ${String(reason)}`;
    if (failure !== null && failure !== logged) logger.warn({ directory: attentionDir, err: reason }, health.detail);
    logged = failure;
    return health;
  };
  return () => {
    if (newest === null || nowMs() - newest.atMs >= LOOK_AGAIN_AFTER_MS) newest = { atMs: nowMs(), health: lookOnce() };
    return newest.health;
  };
}

async function look(
  attentionDir: string | null,
): Promise<{ readonly health: VisionHealth; readonly reason?: unknown }> {
  if (attentionDir === null) return missing('The vision files were not set up.');
  try {
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(attentionDir, 'manifest.json'), 'utf8')));
    await Promise.all(manifest.files.map(({ name }) => access(join(attentionDir, name))));
    const present = new Set(manifest.files.map(({ role }) => role));
    const lacking = ROLES.filter((role) => !present.has(role));
    return lacking.length === 0 ? { health: { status: 'ok' } } : missing(`Missing: ${lacking.join(', ')}.`);
  } catch (error) {
    return missing('The vision files are not complete.', error);
  }
}

function missing(what: string, reason?: unknown): { readonly health: VisionHealth; readonly reason?: unknown } {
  return { health: { status: 'missing', detail: `${what} ${REMEDY}` }, reason };
}
