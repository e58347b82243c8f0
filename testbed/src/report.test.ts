import { describe, expect, it } from 'vitest';
import { json, machineInOneLine, table, thisMachine } from './report.ts';

const figures = [
  { name: 'quick', value: 1.234, unit: 's', goal: 5, note: 'once' },
  { name: 'slow', value: 7, unit: 's', goal: 5, note: 'once' },
  { name: 'plain', value: 3, unit: 'MB', goal: null, note: 'alone' },
  { name: 'broken', value: null, unit: 's', goal: 5, note: '' },
  { name: 'knee', value: null, words: 'none up to 4000', unit: 'students', goal: null, note: '' },
];

describe('report', () => {
  it('names the machine and says pass, short or named for each figure', () => {
    expect(machineInOneLine(thisMachine())).toContain(`Node ${process.version}`);
    const text = table(figures);
    expect(text).toMatch(/quick +1\.23 s +< 5 s +pass/);
    expect(text).toMatch(/slow +7 s +< 5 s +SHORT/);
    expect(text).toMatch(/plain +3 MB +- +named/);
    expect(text).toMatch(/broken +not measured +< 5 s +SHORT/);
    expect(text).toMatch(/knee +none up to 4000 +- +named/);
  });

  it('writes machine and figures as JSON, of each figure what the form has and no more', () => {
    const machine = thisMachine();
    expect(JSON.parse(json(machine, figures))).toEqual({
      machine,
      figures: [
        { name: 'quick', value: 1.234, unit: 's', goal: 5, pass: true },
        { name: 'slow', value: 7, unit: 's', goal: 5, pass: false },
        { name: 'plain', value: 3, unit: 'MB', goal: null, pass: true },
        { name: 'broken', value: null, unit: 's', goal: 5, pass: false },
        { name: 'knee', value: null, words: 'none up to 4000', unit: 'students', goal: null, pass: true },
      ],
    });
  });
});
