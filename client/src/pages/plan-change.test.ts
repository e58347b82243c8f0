import { classPlanSchema } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { planChange } from './plan-change.ts';

const plan = classPlanSchema.parse({
  title: 'Rings',
  startsAt: '2026-11-30T09:00:00.000Z',
  durationMinutes: 90,
  expectedPeople: 400,
});

describe('the change of a plan', () => {
  it('names no field that was not touched: a switch that was set in class stays as it is', () => {
    expect(planChange(plan, { ...plan, title: 'Ideals' })).toEqual({ title: 'Ideals' });
    expect(planChange(plan, { ...plan })).toEqual({});
  });

  it('names each field that was, also one that was emptied or switched off', () => {
    const after = {
      title: 'Ideals',
      startsAt: null,
      durationMinutes: null,
      expectedPeople: null,
      guestsAllowed: false,
      signalEnabled: false,
    };
    expect(planChange(plan, after)).toEqual(after);
  });
});
