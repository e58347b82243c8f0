import { describe, expect, it } from 'vitest';
import { json, table, thisMachine } from './report.ts';

const figures = [
  { name: 'quick', value: 1.234, unit: 's', goal: 5, note: 'once' },
  { name: 'slow', value: 7, unit: 's', goal: 5, note: 'once' },
  { name: 'plain', value: 3, unit: 'MB', goal: null, note: 'alone' },
];

describe('report', () => {
  it('names the machine and says pass, short or named for each figure', () => {
    const text = table(thisMachine(), figures);
    expect(text).toContain(`Node ${process.version}`);
    expect(text).toMatch(/quick +1\.23 s +< 5 s +pass/);
    expect(text).toMatch(/slow +7 s +< 5 s +SHORT/);
    expect(text).toMatch(/plain +3 MB +- +named/);
  });

  it('writes the same as JSON', () => {
    const parsed = JSON.parse(json(thisMachine(), figures)) as { figures: { name: string; pass: boolean }[] };
    expect(parsed.figures.map((figure) => [figure.name, figure.pass])).toEqual([
      ['quick', true],
      ['slow', false],
      ['plain', true],
    ]);
  });
});
