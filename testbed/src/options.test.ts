import { describe, expect, it } from 'vitest';
import { optionsInWords, readOptions, UsageError } from './options.ts';

const OPTIONS = {
  minutes: { value: 'M', about: 'how long' },
  json: { value: 'FILE', about: 'where to' },
  all: { about: 'everything' },
} as const;

describe('options', () => {
  it('are read with their values, and what stands among them as names', () => {
    expect(readOptions(['one', '--minutes', '-1', '--all', 'two', '--json=--odd.json'], OPTIONS)).toEqual({
      given: { minutes: '-1', all: true, json: '--odd.json' },
      names: ['one', 'two'],
    });
    expect(readOptions([], OPTIONS)).toEqual({ given: {}, names: [] });
  });

  it.each([
    [['--minute', '3'], 'There is no option --minute. There are: --minutes, --json, --all.'],
    [['--toString'], 'There is no option --toString. '],
    [['-m', '3'], 'There is no option -m. '],
    [['-5'], 'There is no option -5. '],
    [['--minutes'], '--minutes needs a value: --minutes M.'],
    [['--json', '--all'], '--json needs a value: --json FILE.'],
    [['--json='], '--json needs a value: --json FILE.'],
    [['--all=yes'], '--all takes no value: leave out "yes".'],
  ])('refuse %j in words that name the remedy', (args, words) => {
    expect(() => readOptions(args, OPTIONS)).toThrow(UsageError);
    expect(() => readOptions(args, OPTIONS)).toThrow(words);
  });

  it('stand in the help in a line each', () => {
    expect(optionsInWords(OPTIONS)).toBe('  --minutes M  how long\n  --json FILE  where to\n  --all        everything');
  });
});
