import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InOrder } from './in-order.ts';

it('hands on in order whatever the order of arrival, and the first one at once', () => {
  const arrival = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });
  fc.assert(
    fc.property(arrival, (order) => {
      const handed: number[] = [];
      const inOrder = new InOrder<number>((number, items) => handed.push(...items.map((item) => 10 * number + item)));
      for (const number of order) inOrder.add(number, [0, 1]);
      if (order[0] === 0) expect(handed.slice(0, 2)).toEqual([0, 1]);
      for (const number of order) {
        inOrder.add(number, [2]);
        inOrder.finish(number);
      }
      expect(handed).toEqual([0, 1, 2, 3, 4].flatMap((number) => [0, 1, 2].map((item) => 10 * number + item)));
    }),
  );
});
