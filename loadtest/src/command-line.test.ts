import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readCommandLine, UsageError } from './command-line.ts';

describe('the command line of a load test', () => {
  it('takes what a scenario has unless told otherwise', () => {
    const asked = readCommandLine(['smoke']);
    expect(asked).toMatchObject({
      participants: 40,
      minutes: 0.3,
      contribute: 0.5,
      target: null,
      json: null,
      report: null,
      k6: [],
    });
    expect([asked.all, readCommandLine(['smoke', '--all']).all]).toEqual([false, true]);
  });

  it('hands all that stands after -- to k6', () => {
    const asked = readCommandLine(['churn', '--participants', '60', '--', '--out', 'json=all.json', '--json']);
    expect(asked).toMatchObject({ participants: 60, json: null, k6: ['--out', 'json=all.json', '--json'] });
  });

  it('takes the token of another server from the command line, or from the environment', () => {
    const target = ['smoke', '--target', 'https://class.example.org/join'];
    expect(readCommandLine([...target, '--token', 't']).target).toEqual({
      origin: 'https://class.example.org',
      token: 't',
    });
    expect(readCommandLine(target, 'of the environment').target?.token).toBe('of the environment');
    expect(() => readCommandLine(target)).toThrow('--target needs --token');
  });

  it.each([
    [[], 'Name one scenario'],
    [['no-such'], 'There are: smoke, lecture-2000'],
    [['smoke', 'churn'], 'Name one scenario'],
    [['smoke', '--participants', '1.5'], 'a whole number'],
    [['smoke', '--participants', '0'], 'from 1 to 20000'],
    [['smoke', '--minutes', 'soon'], 'a number from'],
    [['smoke', '--target', 'class.example.org', '--token', 't'], 'no address of a server'],
    [['smoke', '--what'], '--what'],
    [['server-death', '--target', 'https://class.example.org', '--token', 't'], 'without --target'],
    [['smoke', '--contribute', '101'], '--contribute 101: a number from 1 to 100'],
    [['smoke', '--contribute', '2'], '--contribute 2 with --participants 40 is nobody: give 3 or more.'],
    [['smoke', '--participants', '1'], '--contribute 50 with --participants 1 is nobody: give 100 or more.'],
    [['smoke', '--json', tmpdir()], `${tmpdir()} cannot be written`],
    [['smoke', '--json', './same.html', '--report', 'same.html'], 'both name ./same.html'],
    [['smoke', '--json', '/no/such/folder/figures.json'], '/no/such/folder/figures.json cannot be written'],
    [['smoke', '--report', import.meta.dirname + '/none/page.html'], 'Name a file in a folder that exists'],
  ])('refuses %j in words', (args, words) => {
    expect(() => readCommandLine(args)).toThrow(UsageError);
    expect(() => readCommandLine(args)).toThrow(words);
  });
});
