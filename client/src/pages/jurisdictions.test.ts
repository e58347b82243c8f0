import { JURISDICTIONS, SIGNAL_MODES, type Jurisdiction } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { likelyJurisdiction, permittedInFact } from './jurisdictions.ts';

describe('permittedInFact', () => {
  it('never exceeds what the institution allows nor what the law lets be asked for', () => {
    for (const jurisdiction of Object.keys(JURISDICTIONS) as Jurisdiction[])
      for (const mode of SIGNAL_MODES) {
        const inFact = permittedInFact(mode, jurisdiction);
        expect(SIGNAL_MODES.indexOf(inFact)).toBeLessThanOrEqual(SIGNAL_MODES.indexOf(mode));
        if (inFact !== 'off') expect(JURISDICTIONS[jurisdiction][inFact]).toBe(true);
      }
  });

  it('falls back to figures that stay on the device', () => {
    expect(permittedInFact('cohort', 'other')).toBe('device');
    expect(permittedInFact('cohort', 'us-illinois')).toBe('off');
    expect(permittedInFact('cohort', 'eu')).toBe('cohort');
  });
});

describe('likelyJurisdiction', () => {
  it('guesses from the time zone and stays cautious elsewhere', () => {
    expect(likelyJurisdiction('Europe/Berlin')).toBe('eu');
    expect(likelyJurisdiction('Europe/Zurich')).toBe('ch');
    expect(likelyJurisdiction('Europe/London')).toBe('uk');
    expect(likelyJurisdiction('America/Chicago')).toBe('other');
  });
});
