import { describe, expect, it } from 'vitest';
import { AdmissionPace, AdmissionRate, paceBounds } from './admission-pace.ts';

describe('how many come in at once', () => {
  it('falls quickly while the event loop is late, and rises while it is not, within its bounds', () => {
    const pace = new AdmissionPace(paceBounds(2, null));
    expect(pace.atOnce).toBe(96);
    pace.note(200, 0);
    expect(pace.atOnce).toBe(72);
    for (let tick = 0; tick < 50; tick += 1) pace.note(200, 0);
    expect(pace.atOnce).toBe(48);
    pace.note(75, 0);
    expect(pace.atOnce).toBe(48);
    for (let tick = 0; tick < 50; tick += 1) pace.note(1, 0);
    expect(pace.atOnce).toBe(192);
  });

  /** So many people, let in and ended together. */
  const ended = (pace: AdmissionPace, count: number, admittedMs: number, inTime: boolean) => {
    for (let each = 0; each < count; each += 1) pace.ended(admittedMs, inTime);
  };

  it('halves while the workers give people no media in time, once for all who were let in before, and rises by steps then', () => {
    const pace = new AdmissionPace(paceBounds(2, null));
    for (let tick = 0; tick < 50; tick += 1) pace.note(1, 0);
    ended(pace, 20, 0, false);
    pace.note(1, 4_000);
    expect(pace.atOnce).toBe(96);
    ended(pace, 20, 3_900, false);
    pace.note(1, 4_100);
    expect(pace.atOnce).toBe(96);
    ended(pace, 96, 4_100, true);
    expect(pace.atOnce).toBe(110);
    ended(pace, 60, 4_100, false);
    pace.note(1, 8_100);
    expect(pace.atOnce).toBe(55);
    pace.empty();
    pace.note(1, 8_200);
    expect(pace.atOnce).toBe(64);
  });

  it('does not fall for a few whose own page or network is slow', () => {
    const pace = new AdmissionPace(paceBounds(1, null));
    ended(pace, 2, 0, false);
    pace.note(75, 100);
    ended(pace, 5, 0, false);
    ended(pace, 93, 0, true);
    pace.note(75, 200);
    expect(pace.atOnce).toBe(48);
  });

  it('goes by the last second, however many came in before', () => {
    const pace = new AdmissionPace(paceBounds(1, null));
    ended(pace, 1_000, 0, true);
    pace.note(75, 1_000);
    ended(pace, 3, 0, false);
    pace.note(75, 1_100);
    expect(pace.atOnce).toBe(24);
  });

  it('stays what the operator fixed', () => {
    const pace = new AdmissionPace(paceBounds(2, 7));
    pace.note(500, 0);
    ended(pace, 20, 0, false);
    pace.note(0, 100);
    expect(pace.atOnce).toBe(7);
  });
});

describe('the measured rate', () => {
  it('is unknown until somebody waited half a second and somebody was let in', () => {
    const rate = new AdmissionRate();
    rate.admitted(0);
    expect(rate.perSecond(1_000)).toBeNull();
    rate.waits(1_000);
    rate.admitted(1_100);
    expect(rate.perSecond(1_400)).toBeNull();
    expect(rate.perSecond(1_500)).toBe(2);
  });

  it('is that of the last ten seconds, and unknown once nobody was let in for so long', () => {
    const rate = new AdmissionRate();
    rate.waits(0);
    for (let ms = 0; ms < 10_000; ms += 100) rate.admitted(ms);
    expect(rate.perSecond(10_000)).toBe(10);
    expect(rate.perSecond(15_000)).toBe(5);
    expect(rate.perSecond(20_000)).toBeNull();
  });

  it('begins anew once nobody waits', () => {
    const rate = new AdmissionRate();
    rate.waits(0);
    rate.admitted(100);
    rate.empty();
    rate.waits(1_000);
    expect(rate.perSecond(2_000)).toBeNull();
  });
});
