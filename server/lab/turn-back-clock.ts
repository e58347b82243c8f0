/**
 * Sets when a class was started, in the embedded store of a server that is not running: afterwards its clock reads as if it had
 * run since then. For pictures and trials of a class in its middle.
 *
 *   node server/lab/turn-back-clock.ts --data DIRECTORY --class UUID --started 2026-03-02T09:00:00Z
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { classIdSchema } from '@lectern/contracts';
import { z } from 'zod';
import { lockDirectory } from '../src/store/directory-lock.ts';
import { openPglite } from '../src/store/pglite-database.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { data: text, class: text, started: text } });
const options = z
  .strictObject({
    data: z.string().min(1),
    class: classIdSchema,
    started: z.iso.datetime().transform((at) => new Date(at)),
  })
  .parse({ ...values });

const lock = lockDirectory(options.data);
const store = await openPglite(join(options.data, 'postgres'));
try {
  const turned = await store.query(
    "update class set started_at = $2 where class_id = $1 and status = 'live' returning class_id",
    [options.class, options.started],
  );
  if (turned.length === 0) throw new Error(`class ${options.class} is not live in ${options.data}`);
} finally {
  await store.close();
  lock.close();
}
