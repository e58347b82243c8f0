import { LecternError } from '@lectern/contracts';
import type { FastifyError } from 'fastify';
import { ZodError } from 'zod';

/** How each error of the framework stands in our catalogue; what is not here becomes `internal` and goes to the log. */
const FRAMEWORK_CODES: Readonly<Record<string, 'bad-request' | 'too-large' | 'not-found'>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_JSON_BODY: 'bad-request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bad-request',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'bad-request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad-request',
  FST_ERR_BAD_URL: 'bad-request',
  FST_ERR_MAX_PARAM_LENGTH: 'not-found',
};

/** The one mapping from whatever was thrown to what the wire carries. `internal` keeps the cause for the log. */
export function toLecternError(error: unknown): LecternError {
  if (error instanceof LecternError) return error;
  if (error instanceof ZodError) return new LecternError('bad-request', { cause: error });
  const code = (error as Partial<FastifyError> | null)?.code;
  const known = code === undefined ? undefined : FRAMEWORK_CODES[code];
  return new LecternError(known ?? 'internal', { cause: error });
}
