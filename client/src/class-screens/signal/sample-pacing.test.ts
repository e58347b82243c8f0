import { classEventSchema, pacingSchema, participationMinuteSchema } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { samplePacing } from './sample-pacing.ts';

describe('samplePacing', () => {
  it('is a picture that the server could have sent', () => {
    const { pacing, events, participation } = samplePacing();
    expect(() => pacingSchema.parse(pacing)).not.toThrow();
    expect(() => classEventSchema.array().parse(events)).not.toThrow();
    expect(() => participationMinuteSchema.array().parse(participation)).not.toThrow();
    expect(pacing?.current).toEqual(pacing?.readings.at(-1));
  });
});
