import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClassState } from './class-state.ts';
import type { StoredClassState } from './class-state.ts';
import { FakeClock } from './test-people.ts';

const planned: StoredClassState = { status: 'planned', startedAtMs: null, locked: false, signalEnabled: true };

describe('the state of a class', () => {
  it('goes from planned over open to live and ended, and tells each step', () => {
    const state = new ClassState(planned, new FakeClock());
    const seen: string[] = [];
    state.on('changed', () => seen.push(state.status));
    state.open();
    state.start(0);
    state.end();
    expect(seen).toEqual(['open', 'live', 'ended']);
  });

  it('starts from planned without having been open', () => {
    const state = new ClassState(planned, new FakeClock());
    state.start(0);
    expect(state.status).toBe('live');
  });

  it('becomes live by Start alone, and never goes back, whatever is asked in whatever order', () => {
    const order = ['planned', 'open', 'live', 'ended'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom('open', 'start', 'end')), (steps) => {
        const state = new ClassState(planned, new FakeClock());
        for (const step of steps) {
          const before = state.status;
          try {
            if (step === 'open') state.open();
            else if (step === 'start') state.start(0);
            else state.end();
          } catch {
            expect(state.status).toBe(before);
          }
          expect(order.indexOf(state.status)).toBeGreaterThanOrEqual(order.indexOf(before));
          if (before !== 'live' && state.status === 'live') expect(step).toBe('start');
        }
      }),
    );
  });

  it('names why a step is refused', () => {
    const state = new ClassState(planned, new FakeClock());
    expect(() => state.end()).toThrow(expect.objectContaining({ code: 'class-not-live' }));
    state.start(0);
    expect(() => state.start(0)).toThrow(expect.objectContaining({ code: 'conflict' }));
    state.end();
    expect(() => state.start(0)).toThrow(expect.objectContaining({ code: 'class-ended' }));
  });

  it('counts the class clock from Start, on the monotonic clock', () => {
    const clock = new FakeClock();
    const state = new ClassState(planned, clock);
    expect(state.classClockMs()).toBeNull();
    state.start(clock.wallMs());
    clock.pass(1_500);
    clock.setWall(0);
    expect(state.classClockMs()).toBe(1_500);
  });

  it('keeps the class clock over a restart through the stored start', () => {
    const clock = new FakeClock();
    const startedAtMs = clock.wallMs();
    clock.pass(600_000);
    const state = new ClassState({ ...planned, status: 'live', startedAtMs }, clock);
    expect(state.classClockMs()).toBe(600_000);
  });

  it('never gives a class clock below zero, not even when the wall clock was set back before a restart', () => {
    const clock = new FakeClock();
    const state = new ClassState({ ...planned, status: 'live', startedAtMs: clock.wallMs() + 5_000 }, clock);
    expect(state.classClockMs()).toBe(0);
  });

  it('stops the class clock at the end', () => {
    const clock = new FakeClock();
    const state = new ClassState(planned, clock);
    state.start(clock.wallMs());
    clock.pass(7_000);
    state.end();
    clock.pass(7_000);
    expect([state.classClockMs(), state.lastClassClockMs()]).toEqual([null, 7_000]);
  });

  it('tells a lock once', () => {
    const state = new ClassState(planned, new FakeClock());
    let told = 0;
    state.on('changed', () => (told += 1));
    state.setLocked(true);
    state.setLocked(true);
    expect([state.locked, told]).toEqual([true, 1]);
  });
});
