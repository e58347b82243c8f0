import { describe, expect, it } from 'vitest';
import { BatchedReads } from './batched-reads.ts';

interface Row {
  readonly id: string;
  readonly value: number;
}

/** A table whose statements end when the test says so. */
function table(rows: Row[]) {
  const asked: string[][] = [];
  const ends: (() => void)[] = [];
  const reads = new BatchedReads<Row>(
    async (keys) => {
      asked.push([...keys]);
      const found = rows.filter(({ id }) => keys.includes(id)).map((row) => ({ ...row }));
      await new Promise<void>((resolve) => ends.push(resolve));
      return found;
    },
    ({ id }) => id,
  );
  const endNext = async () => {
    await expect.poll(() => ends.length).toBeGreaterThan(0);
    ends.shift()?.();
  };
  return { reads, asked, endNext, rows };
}

describe('batched reads', () => {
  it('ask for everything of one turn in one statement, each key once', async () => {
    const { reads, asked, endNext } = table([
      { id: 'a', value: 1 },
      { id: 'b', value: 2 },
    ]);
    const answers = Promise.all([reads.find('a'), reads.find('b'), reads.find('a'), reads.find('none')]);
    await endNext();
    expect((await answers).map((row) => row?.value)).toEqual([1, 2, 1, undefined]);
    expect(asked).toEqual([['a', 'b', 'none']]);
  });

  it('never answer a question from a statement that began before it', async () => {
    const { reads, asked, endNext, rows } = table([{ id: 'a', value: 1 }]);
    const before = reads.find('a');
    await expect.poll(() => asked.length).toBe(1);
    rows[0] = { id: 'a', value: 2 };
    const after = reads.find('a');
    await endNext();
    await endNext();
    expect([(await before)?.value, (await after)?.value]).toEqual([1, 2]);
  });

  it('take at most 200 keys in one statement, and forget none', async () => {
    const rows = Array.from({ length: 450 }, (_, index) => ({ id: String(index), value: index }));
    const { reads, asked, endNext } = table(rows);
    const answers = Promise.all(rows.map(({ id }) => reads.find(id)));
    for (let statement = 0; statement < 3; statement += 1) await endNext();
    expect((await answers).map((row) => row?.value)).toEqual(rows.map(({ value }) => value));
    expect(asked.map((keys) => keys.length)).toEqual([200, 200, 50]);
  });

  it('fail those who asked, and go on with the next', async () => {
    let fails = true;
    const reads = new BatchedReads<Row>(
      (keys) => (fails ? Promise.reject(new Error('gone')) : Promise.resolve(keys.map((id) => ({ id, value: 1 })))),
      ({ id }) => id,
    );
    await expect(reads.find('a')).rejects.toThrow('gone');
    fails = false;
    expect(await reads.find('a')).toEqual({ id: 'a', value: 1 });
  });
});
