import { LecternError } from '@lectern/contracts';

/** When a link was made for one use: until when it holds, and whether it was used. */
export interface OneTimeLink {
  readonly expires_at: Date;
  readonly used_at: Date | null;
}

/** Throws the error that says what is wrong with the link: `link-wrong`, `link-used` or `link-expired`. */
export function requireUsable<Link extends OneTimeLink>(link: Link | undefined, now: Date): Link {
  if (!link) throw new LecternError('link-wrong');
  if (link.used_at) throw new LecternError('link-used');
  if (link.expires_at.getTime() <= now.getTime()) throw new LecternError('link-expired');
  return link;
}
