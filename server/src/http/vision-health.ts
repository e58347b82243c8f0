import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Health } from '@lectern/contracts';
import { z } from 'zod';

/** What the on-device pipeline needs; see client/src/attention/README.md. */
const ROLES = ['worker', 'landmarker-wasm', 'ort-wasm', 'landmarker-model', 'attention-model'] as const;
const REMEDY = 'Classes work without it. Run "npm run setup", or set LECTERN_ASSETS to the directory with the files.';

const manifestSchema = z.object({ files: z.array(z.object({ role: z.string(), name: z.string() })) });

/**
 * Whether students' browsers can be given everything that the on-device pipeline needs. Everybody may read it: it names what is
 * missing and the remedy, and no path.
 */
export async function visionHealth(attentionDir: string | null): Promise<Health['parts']['vision']> {
  if (attentionDir === null) return { status: 'missing', detail: `The vision files were not set up. ${REMEDY}` };
  try {
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(attentionDir, 'manifest.json'), 'utf8')));
    await Promise.all(manifest.files.map(({ name }) => access(join(attentionDir, name))));
    const present = new Set(manifest.files.map(({ role }) => role));
    const missing = ROLES.filter((role) => !present.has(role));
    if (missing.length === 0) return { status: 'ok' };
    return { status: 'missing', detail: `Missing: ${missing.join(', ')}. ${REMEDY}` };
  } catch {
    return { status: 'missing', detail: `The vision files are not complete. ${REMEDY}` };
  }
}
