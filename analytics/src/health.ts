import type { AnalyticsHealth } from '@lectern/contracts';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Engine } from './store/engine.ts';

const packageSchema = z.object({ version: z.string() });
const { version } = packageSchema.parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

/** Asks the store a question; never rejects. */
export async function analyticsHealth(engine: Engine): Promise<AnalyticsHealth> {
  const about = { store: engine.kind, version };
  try {
    await engine.command('SELECT 1');
    return { status: 'ok', ...about };
  } catch (error) {
    return { status: 'failing', ...about, detail: error instanceof Error ? error.message : String(error) };
  }
}
