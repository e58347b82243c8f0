import { z } from 'zod';
import { freeTextSchema } from './free-text.ts';
import { classIdSchema, courseIdSchema, displayNameSchema, seatIdSchema } from './identity.ts';
import { CLASS_ROLES } from './roles.ts';

/** planned -> open (students wait, the time shown) -> live -> ended. Only Start makes it live; there is no way back. */
export const CLASS_STATUSES = ['planned', 'open', 'live', 'ended'] as const;
export type ClassStatus = (typeof CLASS_STATUSES)[number];

/** What the institution allows at most: nothing, figures that stay on the device, or contributions to the cohort signal. */
export const SIGNAL_MODES = ['off', 'device', 'cohort'] as const;
export type SignalMode = (typeof SIGNAL_MODES)[number];

/** So many people can be expected in a class at most, and so many let into one, whatever is set. */
export const MOST_PEOPLE_IN_A_CLASS = 20_000;

/** A code that stands in a join link: /c/CODE. */
export const joinCodeSchema = z.string().regex(/^[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}$/);

/** What anybody with the join link may see of a class. */
export const classCardSchema = z.strictObject({
  classId: classIdSchema,
  courseId: courseIdSchema,
  courseTitle: z.string(),
  title: z.string(),
  instructors: z.array(z.string()),
  startsAt: z.iso.datetime().nullable(),
  status: z.enum(CLASS_STATUSES),
  guestsAllowed: z.boolean(),
  /** A class of a load test: its people are programs, and it stands in no figure of ordinary classes. */
  synthetic: z.boolean(),
});
export type ClassCard = z.infer<typeof classCardSchema>;

/** A class as its instructors see and plan it. */
export const classDetailSchema = classCardSchema.extend({
  joinCode: joinCodeSchema,
  durationMinutes: z.number().int().nullable(),
  /** By whoever planned it; null: not said. */
  expectedPeople: z.number().int().nullable(),
  signalEnabled: z.boolean(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});
export type ClassDetail = z.infer<typeof classDetailSchema>;

const planFields = {
  title: freeTextSchema(160),
  startsAt: z.iso.datetime().nullable(),
  durationMinutes: z.number().int().min(5).max(600).nullable(),
  expectedPeople: z.number().int().min(1).max(MOST_PEOPLE_IN_A_CLASS).nullable(),
  guestsAllowed: z.boolean(),
  signalEnabled: z.boolean(),
};
export const classPlanSchema = z.strictObject({
  title: planFields.title,
  startsAt: planFields.startsAt.default(null),
  durationMinutes: planFields.durationMinutes.default(null),
  expectedPeople: planFields.expectedPeople.default(null),
  guestsAllowed: planFields.guestsAllowed.default(true),
  signalEnabled: planFields.signalEnabled.default(true),
});
export type ClassPlan = z.input<typeof classPlanSchema>;
/** A plan with its defaults filled in. */
export type FilledClassPlan = z.output<typeof classPlanSchema>;
/** What is left out stays as it is. */
export const classPlanChangeSchema = z.strictObject(planFields).partial();
export type ClassPlanChange = z.infer<typeof classPlanChangeSchema>;

/** How the class stood before whoever takes it back: with its doors open people may wait in it. */
export const cancelClassSchema = z.strictObject({ status: z.enum(['planned', 'open']) });
export type CancelClass = z.infer<typeof cancelClassSchema>;

/** A person as the stage, hands and roster show them. */
export const personSchema = z.strictObject({
  seatId: seatIdSchema,
  name: displayNameSchema,
  role: z.enum(CLASS_ROLES),
});
export type Person = z.infer<typeof personSchema>;

/** What a stage member publishes. */
/** What a student may permit: `contribute` to the class's cohort signal; `remind` oneself, which stays on the device. */
export const PERMISSIONS = ['contribute', 'remind'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const MEDIA_SOURCES = ['microphone', 'camera', 'screen', 'screen-audio'] as const;
export type MediaSource = (typeof MEDIA_SOURCES)[number];

/** Connection quality in three steps, from round-trip time and loss: worded, never coloured alone. */
export const CONNECTION_QUALITIES = ['good', 'fair', 'poor', 'unknown'] as const;
export type ConnectionQuality = (typeof CONNECTION_QUALITIES)[number];

export const REACTIONS = ['thumbs-up', 'clap', 'heart', 'yes', 'no'] as const;
export type Reaction = (typeof REACTIONS)[number];
