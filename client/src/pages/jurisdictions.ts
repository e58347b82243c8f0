import { JURISDICTIONS, type Jurisdiction, type SignalMode } from '@lectern/contracts';

/** The most that students are asked for when the institution allows `mode` under this law; the server decides the same. */
export function permittedInFact(mode: SignalMode, jurisdiction: Jurisdiction): SignalMode {
  const { device, cohort } = JURISDICTIONS[jurisdiction];
  if (mode === 'cohort' && cohort) return 'cohort';
  return mode !== 'off' && device ? 'device' : 'off';
}

/** A first guess at the law from the reader's time zone; the person at the set-up decides. */
export function likelyJurisdiction(timeZone: string): Jurisdiction {
  if (timeZone === 'Europe/London' || timeZone === 'Europe/Belfast') return 'uk';
  if (timeZone === 'Europe/Zurich') return 'ch';
  return EU_ZONES.has(timeZone) ? 'eu' : 'other';
}

const EU_ZONES = new Set(
  `Amsterdam Athens Berlin Bratislava Brussels Bucharest Budapest Busingen Copenhagen Dublin Helsinki Lisbon Ljubljana
   Luxembourg Madrid Malta Paris Prague Riga Rome Sofia Stockholm Tallinn Vienna Vilnius Warsaw Zagreb`
    .split(/\s+/)
    .map((city) => `Europe/${city}`),
);
