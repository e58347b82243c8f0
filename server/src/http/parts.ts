import type { Health } from '@lectern/contracts';
import type { Logger } from 'pino';
import type { ClassDirectory } from '../courses/class-directory.ts';
import type { Courses } from '../courses/courses.ts';
import type { Invitations } from '../courses/invitations.ts';
import type { Seats } from '../courses/seats.ts';
import type { Accounts } from '../identity/accounts.ts';
import type { InstitutionRules } from '../identity/institution-rules.ts';
import type { PasswordResets } from '../identity/password-resets.ts';
import type { Sessions } from '../identity/sessions.ts';
import type { SetUpLink } from '../identity/set-up-link.ts';
import type { Database } from '../store/database.ts';

/** What the routes work with. */
export interface HttpParts {
  readonly database: Database;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly passwordResets: PasswordResets;
  readonly setUpLink: SetUpLink;
  readonly institution: InstitutionRules;
  readonly courses: Courses;
  readonly invitations: Invitations;
  readonly classes: ClassDirectory;
  readonly seats: Seats;
  readonly now: () => Date;
  readonly logger: Logger;
  /** Origin of the links that we hand out, e.g. `https://class.example.org`. */
  readonly publicUrl: () => string;
  /** Plain-word warnings of the start, shown at the set-up. */
  readonly warnings: () => readonly string[];
  readonly health: () => Promise<Health>;
}
