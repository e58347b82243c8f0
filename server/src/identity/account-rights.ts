import { ACCOUNT_ACTIONS, LecternError } from '@lectern/contracts';
import type { Account, AccountAction } from '@lectern/contracts';

/** How the account stands to what it acts on: is it itself, is it an instructor of the course. */
export interface Standing {
  readonly self?: boolean;
  readonly member?: boolean;
}

/** Throws `not-allowed` unless the table of roles lets this account do this. */
export function requireRight(account: Account, action: AccountAction, standing: Standing = {}): void {
  const allowed: readonly string[] = ACCOUNT_ACTIONS[action];
  const holds = [...account.roles, ...(standing.self ? ['self'] : []), ...(standing.member ? ['member'] : [])];
  if (!holds.some((role) => allowed.includes(role))) throw new LecternError('not-allowed');
}
