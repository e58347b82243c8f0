import type { Jurisdiction } from '@lectern/contracts';
import { m } from '../paraglide/messages.js';

/** Each jurisdiction in the reader's language. */
export const JURISDICTION_NAMES = {
  eu: m.jurisdiction_eu,
  uk: m.jurisdiction_uk,
  ch: m.jurisdiction_ch,
  us: m.jurisdiction_us,
  'us-illinois': m.jurisdiction_us_illinois,
  'us-texas': m.jurisdiction_us_texas,
  'us-washington': m.jurisdiction_us_washington,
  other: m.jurisdiction_other,
} as const satisfies Record<Jurisdiction, () => string>;
