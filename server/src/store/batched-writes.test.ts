import { expect, it } from 'vitest';
import { BatchedWrites } from './batched-writes.ts';

interface Row {
  readonly id: string;
  readonly value: number;
}

/** A table whose statements are kept, and which takes no row of the value -1 and returns none of the value 0; `code` is its SQLSTATE. */
function table(code = '23505') {
  const statements: Row[][] = [];
  const writes = new BatchedWrites<Row, Row>({
    write: (rows) => {
      statements.push([...rows]);
      if (rows.some(({ value }) => value === -1)) return Promise.reject(Object.assign(new Error('refused'), { code }));
      return Promise.resolve(rows.filter(({ value }) => value !== 0));
    },
    keyOf: ({ id }) => id,
    keyOfWritten: ({ id }) => id,
  });
  return { statements, writes };
}

it('writes everything of one turn in one statement, and gives each what came back of it', async () => {
  const { statements, writes } = table();
  const rows = [
    { id: 'a', value: 1 },
    { id: 'b', value: 0 },
    { id: 'c', value: 3 },
  ];
  const written = await Promise.all(rows.map((row) => writes.write(row)));
  expect(written).toEqual([rows[0], undefined, rows[2]]);
  expect(statements).toEqual([rows]);
});

it('writes rows of the same key one after another, in their order', async () => {
  const { statements, writes } = table();
  const rows = [1, 2, 3].map((value) => ({ id: 'a', value }));
  expect(await Promise.all(rows.map((row) => writes.write(row)))).toEqual(rows);
  expect(statements).toEqual(rows.map((row) => [row]));
});

it('takes at most 200 rows into one statement, and forgets none', async () => {
  const { statements, writes } = table();
  const rows = Array.from({ length: 450 }, (_, index) => ({ id: String(index), value: 1 }));
  expect(await Promise.all(rows.map((row) => writes.write(row)))).toEqual(rows);
  expect(statements.map(({ length }) => length)).toEqual([200, 200, 50]);
});

it('fails the one row that cannot be written, and no other', async () => {
  const { writes } = table();
  const written = await Promise.allSettled([1, -1, 2].map((value) => writes.write({ id: String(value), value })));
  expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await writes.write({ id: 'next', value: 4 })).toEqual({ id: 'next', value: 4 });
});

it('asks a database that is away once for all, and not for each', async () => {
  const { statements, writes } = table('ECONNREFUSED');
  const written = await Promise.allSettled([1, -1, 2].map((value) => writes.write({ id: String(value), value })));
  expect(written.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(statements).toHaveLength(1);
  expect(await writes.write({ id: 'next', value: 4 })).toEqual({ id: 'next', value: 4 });
});
