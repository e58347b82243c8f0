import { describe, expect, it } from 'vitest';
import { point } from './test-points.ts';
import { unreadIn } from './unread.ts';

const looks = (silent: number) =>
  Array.from({ length: 10 }, (_, look) => point('lectern_server_silent', look < silent ? 1 : 0));
const READ = [
  point('lectern_generator_send_lateness_p99', 5),
  point('lectern_generator_scheduling_p99', 2),
  point('lectern_generator_receive_drops', 0),
  point('lectern_server_shedding', 0),
  ...looks(0),
];

describe('what could not be read of a run', () => {
  it('is nothing where all was read', () => {
    expect(unreadIn(READ)).toEqual([]);
  });

  it.each([
    ['lectern_generator_send_lateness_p99', /late the generator was to send could not be read/],
    ['lectern_generator_scheduling_p99', /to run its own tasks could not be read/],
    ['lectern_generator_receive_drops', /dropped packets could not be read: .*\/proc\/net\/udp/],
    ['lectern_server_shedding', /left something out of the class could not be read: .*LECTERN_METRICS_TOKEN/],
  ])('names %s, and the remedy', (metric, words) => {
    expect(unreadIn(READ.filter((sample) => sample.metric !== metric))).toEqual([expect.stringMatching(words)]);
  });

  it('names a server that was silent at more than a tenth of the looks', () => {
    const told = READ.filter(({ metric }) => metric !== 'lectern_server_silent');
    expect(unreadIn([...told, ...looks(1)])).toEqual([]);
    expect(unreadIn([...told, ...looks(2)])).toEqual([expect.stringMatching(/^at 20 of 100 looks/)]);
  });

  it('says once that a server said nothing', () => {
    const silent = [...READ.filter(({ metric }) => !metric.startsWith('lectern_server')), ...looks(10)];
    expect(unreadIn(silent)).toHaveLength(1);
  });
});
