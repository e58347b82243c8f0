import { describe, expect, it } from 'vitest';
import { exposition } from './exposition.ts';
import { readExposition } from './test-exposition.ts';

describe('the text format of metrics', () => {
  it('keeps every value, and every label whatever stands in it', () => {
    const labels = { reason: 'a "quoted" \\ line\nand another' };
    const text = exposition([
      { name: 'one', type: 'gauge', help: 'Says \\ this\nand that.', samples: [{ value: 0.25 }] },
      { name: 'two_total', type: 'counter', help: 'More.', samples: [{ labels, value: 3e21 }] },
      { name: 'none', type: 'gauge', help: 'Left out.', samples: [] },
    ]);
    expect(text.split('\n')).toEqual([
      '# HELP one Says \\\\ this\\nand that.',
      '# TYPE one gauge',
      'one 0.25',
      '# HELP two_total More.',
      '# TYPE two_total counter',
      'two_total{reason="a \\"quoted\\" \\\\ line\\nand another"} 3e+21',
      '',
    ]);
    expect(readExposition(text).map(({ name, value }) => [name, value])).toEqual([
      ['one', 0.25],
      ['two_total', 3e21],
    ]);
  });

  it('is read strictly by the tests: what is not of it does not pass', () => {
    for (const wrong of [
      'one 1\n',
      '# TYPE one gauge\none{a=1} 1\n',
      '# TYPE one gauge\none x\n',
      '# TYPE one gauge\none 1',
    ])
      expect(() => readExposition(wrong), wrong).toThrow();
  });
});
