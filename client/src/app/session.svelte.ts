import type { Account } from '@lectern/contracts';
import { eraseAccount, readSession, signOut } from '../http/api.ts';
import { forgetAllMinutes } from '../classroom/own-minutes.ts';
import { router } from './router.svelte.ts';
import { forgetAllSeats } from './seat-keeping.ts';
import { signInPath } from './sign-in-path.ts';

/** Who is signed in on this page: read once, kept up by whatever changes it. */
class Session {
  /** `undefined` until the first answer. */
  account: Account | null | undefined = $state();
  #loading: Promise<Account | null> | undefined;

  /** The signed-in account; asks the server only once. */
  load(): Promise<Account | null> {
    if (this.account !== undefined) return Promise.resolve(this.account);
    this.#loading ??= readSession()
      .then((account) => (this.account = account))
      .finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** The account for a page that needs one; sends to the sign-in page and back when nobody is signed in. */
  async need(): Promise<Account | null> {
    const account = await this.load();
    if (!account) router.go(signInPath(router.path), { replace: true });
    return account;
  }

  /** Signs out, forgets the seats kept on this device, and goes to the sign-in page unless the reader is to stay. */
  async signOut({ stay = false } = {}): Promise<void> {
    await signOut();
    this.#forget();
    if (!stay) router.go('/sign-in');
  }

  /** Erases the signed-in account, forgets the seats kept on this device, and goes to the sign-in page. */
  async erase(password: string): Promise<void> {
    await eraseAccount(password);
    this.#forget();
    router.go('/sign-in');
  }

  #forget(): void {
    forgetAllSeats();
    forgetAllMinutes();
    this.account = null;
  }
}

export const session = new Session();
