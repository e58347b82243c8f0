import { LecternError } from '@lectern/contracts';
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import { LogPause } from './log-pause.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What a Host header may look like: a name, an IPv4 or a bracketed IPv6 address, and a port. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** The origin by which the browser knows us in this request; null when the Host header is no such thing. */
export function ownOrigin(request: FastifyRequest): string | null {
  return HOST.test(request.host) ? `${request.protocol}://${request.host}` : null;
}

/** By whom pages of our own may be known: as this request says, or by the address that the operator gave. */
interface Own {
  /** Origin of LECTERN_PUBLIC_URL; null: detected. */
  readonly publicOrigin: string | null;
}

/**
 * Throws `cross-site` for a state-changing request that another site may have caused. Browsers send Origin with these and
 * say in Sec-Fetch-Site where they come from; a client without both is no browser and carries nobody's cookie unasked,
 * and must then send JSON, which no form can.
 */
export function requireSameOrigin(request: FastifyRequest, { publicOrigin }: Own): void {
  if (READING.has(request.method)) return;
  const { origin, 'sec-fetch-site': site, 'content-type': contentType } = request.headers;
  if (site !== undefined && site !== 'same-origin') throw new LecternError('cross-site');
  // Behind a proxy that we were not told to trust, the request itself looks like plain HTTP.
  const isOwn = origin === undefined || origin === publicOrigin || origin === ownOrigin(request);
  if (!isOwn) throw new LecternError('cross-site');
  const isJson = contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  const saysWhence = site !== undefined || origin !== undefined;
  if (!isJson && (hasBody || !saysWhence)) throw new LecternError('cross-site');
}

/** Writes refused requests to the log, one line a minute: a proxy that is set up wrongly refuses everybody. */
export class CrossSiteLog {
  readonly #logger: Pick<FastifyBaseLogger, 'warn'>;
  readonly #now: () => Date;
  readonly #pause = new LogPause();

  constructor(logger: Pick<FastifyBaseLogger, 'warn'>, now: () => Date) {
    this.#logger = logger;
    this.#now = now;
  }

  note(request: FastifyRequest, { publicOrigin }: Own): void {
    const moreBefore = this.#pause.next(this.#now().getTime());
    if (moreBefore === null) return;
    const { origin, 'sec-fetch-site': site } = request.headers;
    const expected = [...new Set([ownOrigin(request), publicOrigin])].filter((known) => known !== null);
    this.#logger.warn(
      { origin: shortened(origin), secFetchSite: shortened(site), expected, moreBefore },
      'a request was refused as coming from another site; if it is a page of yours behind a proxy, set LECTERN_PUBLIC_URL ' +
        'to the address that people open, and LECTERN_TRUSTED_PROXIES to the number of proxies',
    );
  }
}

/** Whoever sends the header chooses its length. */
function shortened(header: string | string[] | undefined): string | undefined {
  return header?.toString().slice(0, 200);
}
