import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '@lectern/testbed';
import { describe, expect, it } from 'vitest';
import { readCommandLine } from './command-line.ts';
import { checkItFits, listOf, longestHeldMinutes, plannedInWords, plannedMinutes } from './planned-time.ts';
import { SCENARIOS } from './scenarios.ts';

describe('how long a load test takes', () => {
  it('is what its scenario plans, in whole minutes', () => {
    const inspected = (seconds: number) =>
      JSON.stringify({ scenarios: { students: { env: { LASTS_S: String(seconds) } } } });
    expect([25, 60, 663].map((seconds) => plannedMinutes(inspected(seconds)))).toEqual([1, 1, 12]);
  });

  it('is said before it begins, with the steps of one that raises the load', () => {
    expect(plannedInWords(readCommandLine(['smoke']), 1)).toBe('smoke: 40 people; takes about 1 minute');
    expect(plannedInWords(readCommandLine(['breakdown']), 20)).toBe(
      'breakdown: 22 loads up to 4000 people, each held for 30 s (nobody, and 100 people, for 90 s) after 10 s to settle; takes about 20 minutes, less where it breaks before',
    );
    expect(plannedInWords(readCommandLine(['breakdown', '--participants', '10']), 3)).toContain(
      'breakdown: one load up to 10 people, held for 30 s (nobody for 90 s)',
    );
    expect(plannedInWords(readCommandLine(['breakdown', '--participants', '20', '--minutes', '0.05']), 1)).toContain(
      '2 loads up to 20 people, each held for 3 s (nobody for 9 s) after 3 s to settle; takes about 1 minute, ',
    );
  });

  it('is said together with a goal that so few people cannot be judged by', () => {
    const plan = (participants: string) =>
      plannedInWords(readCommandLine(['breakdown', '--participants', participants]), 3);
    expect(plan('100').split('\n')[1]).toBe(
      'Its goal, what one student costs, cannot be judged with so few people: give --participants 200 or more.',
    );
    expect(plan('200')).not.toContain('cannot be judged');
  });

  it('is no longer than a server takes a class for, its spare minutes included', () => {
    const asked = readCommandLine(['breakdown', '--minutes', '12']);
    expect(() => {
      checkItFits(asked, 230);
    }).not.toThrow();
    expect(() => {
      checkItFits(asked, 231);
    }).toThrow(
      new UsageError(
        'breakdown with --minutes 12 takes about 231 minutes, more than a server takes a class of a load test for (240, those included in which nobody is left): give fewer --minutes.',
      ),
    );
  });

  it('allows each load of one that raises it a time of which all together fit', () => {
    expect(longestHeldMinutes(4000)).toBe(8);
    expect(longestHeldMinutes(200)).toBe(9);
  });

  it('stands in the list of scenarios, and in the README', async () => {
    const list = listOf(SCENARIOS).split('\n');
    const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');
    for (const { name, takesMinutes } of SCENARIOS) {
      const line = list.find((each) => each.startsWith(`${name} `));
      expect(line, name).toMatch(new RegExp(`; about ${takesMinutes} min in all\\)$`));
      expect(readme, name).toMatch(new RegExp(`^\\| \`${name}\` \\|.*\\| ${takesMinutes} min \\|$`, 'm'));
    }
  });
});
