import { describe, expect, it } from 'vitest';
import { point } from './test-points.ts';
import { whyItDoesNotCount } from './verdict.ts';

const REMEDY = 'run the generator on another machine (--target), or with nothing else on this one';
const PRESENT = point('lectern_students_present', 40);

describe('a run', () => {
  it('counts where generator and server were well', () => {
    const well = [PRESENT, point('lectern_generator_send_lateness_p99', 19), point('lectern_server_shedding', 0)];
    expect(whyItDoesNotCount(well)).toEqual([]);
  });

  it('bears a generator that is later to run where the goals are long, and not one that is late to send', () => {
    const late = [PRESENT, point('lectern_generator_scheduling_p99', 60)];
    expect(whyItDoesNotCount(late, 100)).toEqual([]);
    expect(whyItDoesNotCount([...late, point('lectern_generator_send_lateness_p99', 60)], 100)).toHaveLength(1);
  });

  it('does not count where less was offered than planned', () => {
    const missing = (kind: string, share: number) => point('lectern_load_not_offered_share', share, { tags: { kind } });
    expect(whyItDoesNotCount([PRESENT, missing('join', 1), missing('join', 2 / 40), missing('leave', 0)])).toEqual([]);
    expect(whyItDoesNotCount([PRESENT, missing('join', 0.2), missing('leave', 0), missing('chat', 0.5)])).toEqual([
      `20 % of the planned joins began too late or not at all, more than 5: ${REMEDY}`,
      `50 % of the planned lines of chat began too late or not at all, more than 5: ${REMEDY}`,
    ]);
  });

  it('does not count where ten seconds were worse than the whole', () => {
    const seconds = [5, 80, 6].map((ms) => point('lectern_generator_send_lateness_p99_10s', ms));
    const well = [PRESENT, point('lectern_generator_send_lateness_p99', 9), ...seconds];
    expect(whyItDoesNotCount(well)).toEqual([
      expect.stringMatching(/late to send for ten seconds: p99 80 ms, more than 50/),
    ]);
    expect(whyItDoesNotCount(well, 100)).toEqual([]);
    expect(whyItDoesNotCount([PRESENT, point('lectern_generator_scheduling_p99_10s', 25)])).toEqual([]);
  });

  it.each([
    ['lectern_generator_send_lateness_p99', 21, /late to send: .*: run the generator on another machine/],
    ['lectern_generator_scheduling_p99', 30, /its own tasks: .*: run the generator on another machine/],
    ['lectern_generator_receive_drops', 7, /buffers dropped 7 packets: run the generator on another machine/],
    ['lectern_server_shedding', 1, /left something out of the class .*: run it with fewer people/],
  ])('does not count with %s at %d', (metric, value, why) => {
    expect(whyItDoesNotCount([PRESENT, point(metric, value), point(metric, value)])).toEqual([
      expect.stringMatching(why),
    ]);
  });
});
