import { PAGES } from '@lectern/contracts';
import type { HttpParts } from './parts.ts';

/** A one-time link by which an operator chooses a new password. */
export interface OperatorReset {
  readonly email: string;
  readonly url: string;
}

/** Makes a link for each operator: whoever can read the console of the server may run the platform. */
export async function makeOperatorResets({
  accounts,
  passwordResets,
  publicUrl,
}: Pick<HttpParts, 'accounts' | 'passwordResets' | 'publicUrl'>): Promise<OperatorReset[]> {
  const resets: OperatorReset[] = [];
  for (const { accountId, email } of await accounts.operators()) {
    const { token } = await passwordResets.create(accountId, null);
    resets.push({ email, url: publicUrl() + PAGES.passwordReset.replace(':token', token) });
  }
  return resets;
}
