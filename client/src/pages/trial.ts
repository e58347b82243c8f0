import type { InstitutionChange } from '@lectern/contracts';
import { m } from '../paraglide/messages.js';

/** What "trying it out" sets; the set-up page shows each of it before the click. */
export function trialSetUp(password: string): {
  name: string;
  email: string;
  password: string;
  institution: InstitutionChange;
} {
  return {
    name: m.setup_trial_name(),
    email: 'trial@lectern.example',
    password,
    institution: {
      responsibleBody: m.setup_trial_body_value(),
      contact: m.setup_trial_contact_value(),
      jurisdiction: 'eu',
      signalMode: 'cohort',
    },
  };
}
