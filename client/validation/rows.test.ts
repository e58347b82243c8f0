import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ABSTAIN_REASONS } from '@lectern/contracts';
import { expect, it } from 'vitest';
import { FRAME_COLUMNS, WINDOW_COLUMNS } from './rows.ts';

it('every column and every reason for abstaining is told in docs/validation.md', async () => {
  const told = await readFile(join(import.meta.dirname, '../../docs/validation.md'), 'utf8');
  const missing = [...FRAME_COLUMNS, ...WINDOW_COLUMNS, ...ABSTAIN_REASONS].filter(
    (name) => !told.includes(`\`${name}\``),
  );
  expect(missing).toEqual([]);
});
