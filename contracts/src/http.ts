import { z } from 'zod';
import { classCardSchema, classDetailSchema, SIGNAL_MODES } from './class.ts';
import { freeTextSchema, searchTextSchema } from './free-text.ts';
import {
  accountIdSchema,
  classIdSchema,
  courseIdSchema,
  displayNameSchema,
  emailSchema,
  passwordSchema,
  seatIdSchema,
  tokenSchema,
} from './identity.ts';
import { ACCOUNT_ROLES, CLASS_ROLES } from './roles.ts';

/**
 * The HTTP bodies. Every answer that is not 2xx carries a WireError. State-changing requests need the session cookie
 * (SameSite=Lax, HttpOnly) and `content-type: application/json` from our own origin (Origin and Sec-Fetch-Site are checked).
 *
 * | request | body -> answer |
 * |---|---|
 * | GET  /api/session | -> sessionSchema |
 * | POST /api/session | signInSchema -> sessionSchema |
 * | DELETE /api/session | -> 204 |
 * | POST /api/accounts | signUpSchema -> sessionSchema (students; or with an invitation) |
 * | PATCH /api/account | accountChangeSchema -> sessionSchema |
 * | GET  /api/account/export | -> accountExportSchema, as a download |
 * | GET  /api/account/erasure | -> erasureSchema |
 * | DELETE /api/account | eraseAccountSchema -> 204 |
 * | GET  /api/institution | -> institutionSchema |
 * | PUT  /api/institution | institutionChangeSchema -> institutionSchema (operator, or set-up) |
 * | GET  /api/set-up/:token | -> setUpStateSchema |
 * | POST /api/set-up/:token | setUpSchema -> sessionSchema (creates the first account) |
 * | GET  /api/accounts?search= | -> accountsSchema (operator) |
 * | POST /api/accounts/:id/password-reset | -> linkSchema (operator; a one-time link to hand over) |
 * | GET  /api/accounts/:id/export | -> accountExportSchema, as a download (operator) |
 * | GET  /api/accounts/:id/erasure | -> erasureSchema (operator) |
 * | DELETE /api/accounts/:id | eraseAccountSchema (the operator's own password) -> 204 (operator) |
 * | GET  /api/password-resets/:token | -> passwordResetSchema, when the link can be used |
 * | POST /api/password-resets/:token | newPasswordSchema -> sessionSchema |
 * | GET  /api/courses | -> coursesSchema |
 * | POST /api/courses | courseCreateSchema -> courseSchema |
 * | GET  /api/courses/:id | -> courseSchema |
 * | PATCH /api/courses/:id | courseCreateSchema -> courseSchema |
 * | DELETE /api/courses/:id/members/:account | -> 204 (anybody but the last instructor) |
 * | GET  /api/courses/:id/invitations | -> openInvitationsSchema |
 * | POST /api/courses/:id/invitations | invitationCreateSchema -> linkSchema |
 * | DELETE /api/courses/:id/invitations/:invitation | -> 204 |
 * | GET  /api/invitations/:token | -> invitationSchema |
 * | POST /api/invitations/:token | (signed in) -> courseSchema |
 * | POST /api/courses/:id/classes | classPlanSchema -> classDetailSchema |
 * | GET  /api/classes/:id | -> classDetailSchema |
 * | PATCH /api/classes/:id | classPlanChangeSchema -> classDetailSchema |
 * | DELETE /api/classes/:id | cancelClassSchema -> 204 (until it begins) |
 * | GET  /api/join/:code | -> joinCardSchema |
 * | POST /api/join/:code | takeSeatSchema -> seatSchema |
 * | POST /api/load-tests | loadTestCreateSchema -> loadTestSchema (201; the load-test token) |
 * | DELETE /api/load-tests/:id | -> 204 (the load-test token) |
 * | PUT  /api/load-tests/last | loadTestResultSchema -> 204 (the load-test token) |
 * | GET  /api/operator/status | -> operatorStatusSchema (operator) |
 * | POST /api/operator/drain | drainSchema -> operatorStatusSchema (operator) |
 * | DELETE /api/operator/load-tests/:id | -> operatorStatusSchema (operator) |
 * | GET  /healthz | -> livenessSchema (200 while the process lives) |
 * | GET  /readyz | -> healthSchema (200 or 503) |
 * | GET  /metrics | -> Prometheus text (from this machine, or with LECTERN_METRICS_TOKEN) |
 */

/** The pages that links lead to; the server answers each with the web app. `/set-up/TOKEN` is what the first start prints. */
export const PAGES = {
  home: '/',
  signIn: '/sign-in',
  setUp: '/set-up/:token',
  invitation: '/invitation/:token',
  passwordReset: '/password-reset/:token',
  account: '/account',
  operator: '/operator',
  course: '/course/:courseId',
  join: '/c/:code',
  class: '/class/:classId',
  pacing: '/class/:classId/pacing',
} as const;

export const accountSchema = z.strictObject({
  accountId: accountIdSchema,
  email: z.string(),
  name: z.string(),
  roles: z.array(z.enum(ACCOUNT_ROLES)),
  createdAt: z.iso.datetime(),
});
export type Account = z.infer<typeof accountSchema>;

export const sessionSchema = z.strictObject({ account: accountSchema.nullable() });
export type Session = z.infer<typeof sessionSchema>;

/** A password as somebody gives it, right or wrong. */
const givenPasswordSchema = z.string().min(1).max(200);

export const signInSchema = z.strictObject({ email: emailSchema, password: givenPasswordSchema });
export const signUpSchema = z.strictObject({
  email: emailSchema,
  password: passwordSchema,
  name: displayNameSchema,
  /** Present when the account is made from an invitation link: it is redeemed in the same step. */
  invitation: tokenSchema.optional(),
});
/** What one signs in with, e-mail or password, changes with the password alone, and ends the account's other sign-ins. */
export const accountChangeSchema = z.strictObject({
  name: displayNameSchema.optional(),
  email: z.strictObject({ password: givenPasswordSchema, next: emailSchema }).optional(),
  password: z.strictObject({ current: givenPasswordSchema, next: passwordSchema }).optional(),
});
export const eraseAccountSchema = z.strictObject({ password: givenPasswordSchema });
/** What goes with an account besides its own: courses without another instructor, with their classes and all that was said there. */
export const erasureSchema = z.strictObject({
  courses: z.number().int().nonnegative(),
  /** Nobody else runs the platform. */
  onlyOperator: z.boolean(),
});
export type Erasure = z.infer<typeof erasureSchema>;
/** Whose password a link sets: whoever holds it could sign in as that account anyway. */
export const passwordResetSchema = z.strictObject({ name: z.string(), email: z.string() });
export const newPasswordSchema = z.strictObject({ password: passwordSchema });

/** Everything kept about one account, table by table. */
export const accountExportSchema = z.strictObject({
  exportedAt: z.iso.datetime(),
  account: accountSchema,
  tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
});

/**
 * Which permissions may be asked for at all, by the law that the institution is under: the one table. `device`: figures
 * for oneself that stay on the device; `cohort`: contributing to the class's cohort signal. Where a biometric statute
 * names face geometry and gives people a right to sue, nothing is asked for; `other` stays cautious. docs/privacy.md
 * gives the reasons. It is a default made by engineers, not legal advice.
 */
export const JURISDICTIONS = {
  eu: { device: true, cohort: true },
  uk: { device: true, cohort: true },
  ch: { device: true, cohort: true },
  us: { device: true, cohort: true },
  'us-illinois': { device: false, cohort: false },
  'us-texas': { device: false, cohort: false },
  'us-washington': { device: false, cohort: false },
  other: { device: true, cohort: false },
} as const satisfies Record<string, { device: boolean; cohort: boolean }>;
export type Jurisdiction = keyof typeof JURISDICTIONS;
const jurisdictions = Object.keys(JURISDICTIONS) as [Jurisdiction, ...Jurisdiction[]];

export const institutionChangeSchema = z.strictObject({
  responsibleBody: freeTextSchema(200),
  contact: freeTextSchema(200),
  jurisdiction: z.enum(jurisdictions),
  signalMode: z.enum(SIGNAL_MODES),
});
export type InstitutionChange = z.infer<typeof institutionChangeSchema>;

/** The institution's rules as everybody may read them. `signalFixed`: LECTERN_SIGNAL in the environment decides. */
export const institutionSchema = z.strictObject({
  setUp: z.boolean(),
  responsibleBody: z.string(),
  contact: z.string(),
  jurisdiction: z.enum(jurisdictions),
  signalMode: z.enum(SIGNAL_MODES),
  signalFixed: z.boolean(),
  /** What may be asked for in fact: the mode bounded by the jurisdiction. */
  permitted: z.strictObject({ device: z.boolean(), cohort: z.boolean() }),
});
export type Institution = z.infer<typeof institutionSchema>;

export const setUpStateSchema = z.strictObject({
  institution: institutionSchema,
  /** True on the machine that Lectern runs on: "trying it out" is offered. */
  trial: z.boolean(),
  /** Plain-word warnings of the start: media address, socket buffers, missing vision assets. */
  warnings: z.array(z.string()),
});
export const setUpSchema = z.strictObject({
  name: displayNameSchema,
  email: emailSchema,
  password: passwordSchema,
  institution: institutionChangeSchema,
});

export const accountSearchSchema = z.object({ search: searchTextSchema(200) });
export const accountsSchema = z.strictObject({ accounts: z.array(accountSchema), total: z.number().int() });
/** A one-time link, shown once to the person who asked for it. */
export const linkSchema = z.strictObject({ url: z.url(), expiresAt: z.iso.datetime() });

export const courseCreateSchema = z.strictObject({ title: freeTextSchema(160) });
export const courseSchema = z.strictObject({
  courseId: courseIdSchema,
  title: z.string(),
  role: z.enum(['instructor', 'assistant']),
  members: z.array(
    z.strictObject({ accountId: accountIdSchema, name: z.string(), role: z.enum(['instructor', 'assistant']) }),
  ),
  classes: z.array(classDetailSchema),
  /** As many students as the server lets into any one class. */
  studentsPerClass: z.number().int(),
});
export type Course = z.infer<typeof courseSchema>;
export const coursesSchema = z.strictObject({ courses: z.array(courseSchema) });

export const invitationCreateSchema = z.strictObject({ role: z.enum(['instructor', 'assistant']) });
export const invitationSchema = z.strictObject({
  courseTitle: z.string(),
  role: z.enum(['instructor', 'assistant']),
  invitedBy: z.string(),
  expiresAt: z.iso.datetime(),
});

/** Links that were neither used nor have run out: whoever has one may still become a member. */
export const openInvitationsSchema = z.strictObject({
  invitations: z.array(
    z.strictObject({
      /** Names the link to whoever may withdraw it; it opens nothing. */
      invitationId: tokenSchema,
      role: z.enum(['instructor', 'assistant']),
      invitedBy: z.string(),
      expiresAt: z.iso.datetime(),
    }),
  ),
});
export type OpenInvitation = z.infer<typeof openInvitationsSchema>['invitations'][number];

/** What the join page needs in one request. */
export const joinCardSchema = z.strictObject({
  card: classCardSchema,
  institution: institutionSchema,
  /** The signed-in account's name; null for a guest. */
  signedInAs: z.string().nullable(),
  /** Staff removed the signed-in account from this class. */
  removed: z.boolean(),
  /** The signed-in account is connected to this class now, from another page: joining here ends it there. */
  inside: z.boolean(),
  /** The role that the signed-in account would have in this class. */
  role: z.enum(CLASS_ROLES),
});
export type JoinCard = z.infer<typeof joinCardSchema>;

/**
 * Guests give a name; an account's name is taken from the account. A seat kept from before is handed back by its secret, an
 * account's only to that account.
 */
export const takeSeatSchema = z.strictObject({
  name: displayNameSchema.optional(),
  keep: z.strictObject({ seatId: seatIdSchema, seatSecret: tokenSchema }).optional(),
});
export const seatSchema = z.strictObject({
  classId: classIdSchema,
  seatId: seatIdSchema,
  seatSecret: tokenSchema,
  name: displayNameSchema,
  role: z.enum(CLASS_ROLES),
});
export type Seat = z.infer<typeof seatSchema>;

/** GET /healthz: the process lives and answers, whatever its parts do. */
export const livenessSchema = z.strictObject({ status: z.literal('ok'), version: z.string() });

const partSchema = z.strictObject({
  status: z.enum(['ok', 'starting', 'failing', 'missing']),
  detail: z.string().optional(),
});
/**
 * GET /readyz: 200 once a class could be started and joined. Analytics and vision may be away without that. `draining`: the server
 * is prepared for an update, and takes no new class.
 */
export const healthSchema = z.strictObject({
  status: z.enum(['ok', 'starting', 'failing', 'draining']),
  version: z.string(),
  /** Why it is not ok, for people. */
  reason: z.string().optional(),
  parts: z.strictObject({ database: partSchema, media: partSchema, analytics: partSchema, vision: partSchema }),
});
export type Health = z.infer<typeof healthSchema>;
