import type { ClassPlanChange, FilledClassPlan } from '@lectern/contracts';

/** What was changed in a form, and nothing else: somebody may have set the rest anew since the form was opened. */
export function planChange(before: FilledClassPlan, after: FilledClassPlan): ClassPlanChange {
  return {
    ...(after.title === before.title ? {} : { title: after.title }),
    ...(after.startsAt === before.startsAt ? {} : { startsAt: after.startsAt }),
    ...(after.durationMinutes === before.durationMinutes ? {} : { durationMinutes: after.durationMinutes }),
    ...(after.expectedPeople === before.expectedPeople ? {} : { expectedPeople: after.expectedPeople }),
    ...(after.guestsAllowed === before.guestsAllowed ? {} : { guestsAllowed: after.guestsAllowed }),
    ...(after.signalEnabled === before.signalEnabled ? {} : { signalEnabled: after.signalEnabled }),
  };
}
