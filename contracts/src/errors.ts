import { z } from 'zod';

/**
 * Every error that crosses a boundary: code, HTTP status, who may read the message, and the message in plain English
 * that names the remedy. Screens translate by code; docs/protocol.md lists the codes (a test ties the two).
 */
export const ERRORS = {
  'bad-request': {
    status: 400,
    audience: 'developer',
    message: 'The request is not of the form that the protocol defines: a text without the character U+0000, for one.',
  },
  'too-large': { status: 413, audience: 'developer', message: 'The message is larger than the protocol allows.' },
  'not-signed-in': { status: 401, audience: 'user', message: 'Please sign in.' },
  'wrong-credentials': { status: 401, audience: 'user', message: 'E-mail or password is not right.' },
  'not-allowed': { status: 403, audience: 'user', message: 'Your role does not allow this.' },
  'cross-site': { status: 403, audience: 'developer', message: 'The request came from another site.' },
  'not-found': { status: 404, audience: 'user', message: 'There is nothing here. Check the link.' },
  'link-wrong': { status: 404, audience: 'user', message: 'This link does not work. Ask for a new one.' },
  'link-expired': { status: 410, audience: 'user', message: 'This link has expired. Ask for a new one.' },
  'link-used': { status: 410, audience: 'user', message: 'This link has been used already. Ask for a new one.' },
  conflict: { status: 409, audience: 'user', message: 'That has changed meanwhile. Reload and try again.' },
  'last-instructor': {
    status: 409,
    audience: 'user',
    message: 'A course needs an instructor. Invite another one first.',
  },
  'email-taken': {
    status: 409,
    audience: 'user',
    message: 'There is an account with this e-mail already. Sign in instead.',
  },
  draining: {
    status: 503,
    audience: 'user',
    message: 'Lectern is about to be updated, and no class can be started until then. Try again in a few minutes.',
  },
  'load-tests-off': {
    status: 403,
    audience: 'developer',
    message: 'This server allows no load tests. Its operator allows them with LECTERN_LOAD_TOKEN.',
  },
  'load-token-wrong': {
    status: 401,
    audience: 'developer',
    message:
      'A load test needs the header "Authorization: Bearer" with the token that LECTERN_LOAD_TOKEN has on the server.',
  },
  'too-many': { status: 429, audience: 'user', message: 'Too many tries. Wait a moment and try again.' },
  'set-up-first': {
    status: 409,
    audience: 'user',
    message: 'This Lectern is not set up yet. Open the link that it printed when it started.',
  },
  'guests-not-allowed': {
    status: 403,
    audience: 'user',
    message: 'This class is for people with an account. Sign in to join.',
  },
  'class-locked': { status: 403, audience: 'user', message: 'The class is locked. Ask the instructor to let you in.' },
  'class-full': { status: 503, audience: 'user', message: 'The class is full. Try again in a moment.' },
  'class-ended': { status: 410, audience: 'user', message: 'This class has ended.' },
  'class-not-live': { status: 409, audience: 'user', message: 'The class is not live yet.' },
  'class-live': { status: 409, audience: 'user', message: 'A class of yours is live. End it first.' },
  removed: { status: 403, audience: 'user', message: 'You were removed from this class.' },
  'seat-wrong': {
    status: 401,
    audience: 'user',
    message: 'Your place in this class is not known any more. Join again.',
  },
  'protocol-old': {
    status: 426,
    audience: 'user',
    message: 'This page is older than the server. It reloads and keeps your place.',
  },
  'slow-mode': { status: 429, audience: 'user', message: 'Slow mode is on. Wait before you write again.' },
  'chat-closed': { status: 403, audience: 'user', message: 'Only those who teach write in the chat now.' },
  'chat-crowded': {
    status: 429,
    audience: 'user',
    message: 'The class writes more than the chat takes. Wait a moment and try again.',
  },
  'stage-full': {
    status: 409,
    audience: 'user',
    message: 'The stage is full. Send somebody back to the audience first.',
  },
  'over-capacity': {
    status: 503,
    audience: 'user',
    message:
      'For so many people there is no capacity left for one more open microphone or the sound of a screen. It helps when somebody else turns theirs off, or a camera or a shared screen is stopped.',
  },
  'signal-off': { status: 403, audience: 'user', message: 'Taking part is switched off here.' },
  'permission-missing': { status: 403, audience: 'developer', message: 'The permission for this has not been given.' },
  'media-gone': {
    status: 409,
    audience: 'developer',
    message: 'This transport, producer or consumer does not exist any more. Open a new one.',
  },
  unavailable: {
    status: 503,
    audience: 'user',
    message: 'This part is not available right now. Try again in a moment.',
  },
  internal: {
    status: 500,
    audience: 'user',
    message: 'Something went wrong on our side. Try again; the operator sees it in the log.',
  },
} as const satisfies Record<string, { status: number; audience: 'user' | 'developer'; message: string }>;

export type ErrorCode = keyof typeof ERRORS;
const errorCodes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** An error as it stands on the wire, over HTTP and signalling alike. `retryAfterMs` says when another try makes sense. */
export const wireErrorSchema = z.strictObject({
  code: z.enum(errorCodes),
  message: z.string(),
  retryAfterMs: z.number().int().nonnegative().optional(),
});
export type WireError = z.infer<typeof wireErrorSchema>;

/** The one error class that handlers throw on purpose; anything else becomes `internal` and goes to the log. */
export class LecternError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(ERRORS[code].message, { cause: options.cause });
    this.name = 'LecternError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  toWire(): WireError {
    return {
      code: this.code,
      message: this.message,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
    };
  }
}
