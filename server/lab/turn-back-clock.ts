/**
 * Sets when a class was started, in the embedded store of a server that is not running: afterwards its clock reads as if it had
 * run since then. For pictures and trials of a class in its middle. With --lanes MINUTES, what people did in these minutes is
 * written too: messages, hands, reactions, a shared screen.
 *
 *   node server/lab/turn-back-clock.ts --data DIRECTORY --class UUID --started 2026-03-02T09:00:00Z [--lanes 15]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { classIdSchema } from '@lectern/contracts';
import { z } from 'zod';
import { lockDirectory } from '../src/store/directory-lock.ts';
import { openPglite } from '../src/store/pglite-database.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { data: text, class: text, started: text, lanes: text } });
const options = z
  .strictObject({
    data: z.string().min(1),
    class: classIdSchema,
    started: z.iso.datetime().transform((at) => new Date(at)),
    lanes: z.coerce.number().int().min(0).max(600).default(0),
  })
  .parse({ ...values });

const lock = await lockDirectory(options.data);
const store = await openPglite(join(options.data, 'postgres'));
try {
  const turned = await store.query(
    "update class set started_at = $2 where class_id = $1 and status = 'live' returning class_id",
    [options.class, options.started],
  );
  if (turned.length === 0) throw new Error(`class ${options.class} is not live in ${options.data}`);
  for (let minute = 0; minute < options.lanes; minute += 1) {
    // Few write while they follow; many do when they are lost, and again when the recap helps.
    const stir = 1 + 6 * Math.max(0, Math.sin((minute * Math.PI) / 6 - 2.2));
    const counts = [1.6, 0.5, 2.4].map((share, lane) =>
      Math.round(stir * share * (1 + 0.4 * Math.sin(minute * (lane + 2)))),
    );
    await store.query(
      `insert into participation_minute (class_id, minute, messages, hands, reactions) values ($1, $2, $3, $4, $5)
         on conflict (class_id, minute) do update set messages = $3, hands = $4, reactions = $5`,
      [options.class, minute, ...counts],
    );
  }
  const EVENTS = [
    ['screen-share-started', 0.08],
    ['stage-joined', 0.52],
    ['stage-left', 0.66],
    ['screen-share-ended', 0.7],
    ['screen-share-started', 0.78],
  ] as const;
  for (const [kind, share] of options.lanes > 0 ? EVENTS : []) {
    await store.query('insert into class_event (class_id, at_ms, kind) values ($1, $2, $3)', [
      options.class,
      Math.round(share * options.lanes * 60_000),
      kind,
    ]);
  }
} finally {
  await store.close();
  lock.close();
}
