import type { AccountId } from '@lectern/contracts';
import type { Database } from '../store/database.ts';

/** What is recorded of people and rights. Ids only: no name, no address, no content. */
export type AuditEntry =
  | {
      readonly action: 'platform.set-up' | 'platform.drain' | 'platform.drain-end' | 'institution.change';
      readonly subject: null;
    }
  | {
      readonly action:
        | 'account.create'
        | 'account.email-change'
        | 'account.password-change'
        | 'account.password-reset-link'
        | 'account.password-reset'
        | 'account.export'
        | 'account.erase'
        | 'course.member-remove';
      readonly subject: { readonly kind: 'account'; readonly id: string };
    }
  | {
      readonly action: 'course.create' | 'course.invite' | 'course.invitation-withdraw' | 'course.join';
      readonly subject: { readonly kind: 'course'; readonly id: string };
    }
  | {
      readonly action: 'class.plan' | 'class.cancel' | 'load-test.start' | 'load-test.end';
      readonly subject: { readonly kind: 'class'; readonly id: string };
    };

/** Writes one line of the audit; in the transaction of what it records, so that neither stands without the other. */
export async function recordAudit(
  database: Database,
  actor: AccountId | null,
  entry: AuditEntry,
  at: Date,
  detail: Readonly<Record<string, string>> = {},
): Promise<void> {
  await database.query(
    'insert into audit (at, actor_id, action, subject_kind, subject_id, detail) values ($1, $2, $3, $4, $5, $6)',
    [at, actor, entry.action, entry.subject?.kind ?? 'platform', entry.subject?.id ?? null, JSON.stringify(detail)],
  );
}
