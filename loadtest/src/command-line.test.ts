import { tmpdir } from 'node:os';
import { UsageError } from '@lectern/testbed';
import { describe, expect, it } from 'vitest';
import { HELP, onlySays, readCommandLine } from './command-line.ts';

describe('the command line of a load test', () => {
  it('takes what a scenario has unless told otherwise', () => {
    const asked = readCommandLine(['smoke']);
    expect(asked).toMatchObject({
      participants: 40,
      minutes: 0.3,
      contribute: 0.5,
      cameraKbps: null,
      target: null,
      json: null,
      report: null,
      k6: [],
    });
    expect([asked.all, readCommandLine(['smoke', '--all']).all]).toEqual([false, true]);
  });

  it('takes the bits of a camera from a scenario that shows one, or from the command line', () => {
    expect(readCommandLine(['lecture-500-video']).cameraKbps).toBe(600);
    expect(readCommandLine(['lecture-500-video', '--camera', '1500']).cameraKbps).toBe(1500);
  });

  it('may ask for words alone, which is not for k6 to hear', () => {
    expect(onlySays(['smoke', '--help'])).toBe('help');
    expect(onlySays(['--list'])).toBe('list');
    expect(onlySays(['smoke', '--', '--help', '--list'])).toBeNull();
    expect(HELP).toMatch(/^ +--camera KBITS +.*lecture-500-video/m);
    expect(HELP).toMatch(/^ +3 +the run does not count/m);
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
    [['smoke', '--participant', '3'], 'There is no option --participant. There are: --participants, '],
    [['smoke', '--minutes', '-1'], '--minutes -1: a number from 0.05 to 200 is needed.'],
    [['smoke', '--camera', '1500'], '--camera: smoke shows no camera. Take lecture-500-video, lossy, or leave it out.'],
    [['lecture-500-video', '--camera', '99'], '--camera 99: a number from 100 to 4000 is needed.'],
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
