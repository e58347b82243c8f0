import type { ClassRole, Person, RosterEntry, SeatId } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { rosterActions } from './roster-actions.ts';

const person = (role: ClassRole, seatId = role): Person => ({ seatId: seatId as string as SeatId, name: role, role });
const entry = (role: ClassRole, state: Partial<RosterEntry> = {}): RosterEntry => ({
  ...person(role),
  ...{ connected: true, onStage: false, invited: false, handPlace: null, quality: 'good' },
  ...state,
});

describe('what is offered about a person', () => {
  it('mutes on the stage those of a lower rank alone, as the server does', () => {
    const [instructor, assistant] = [person('instructor', 'me' as ClassRole), person('assistant', 'me' as ClassRole)];
    const mayMute = (me: Person, role: ClassRole) =>
      rosterActions(entry(role, { onStage: true }), me, true).includes('mute');
    expect([mayMute(instructor, 'student'), mayMute(instructor, 'assistant')]).toEqual([true, true]);
    expect([mayMute(instructor, 'instructor'), mayMute(assistant, 'assistant')]).toEqual([false, false]);
    expect(mayMute(assistant, 'instructor')).toBe(false);
  });

  it('mutes nobody whose microphone is off', () => {
    expect(rosterActions(entry('student', { onStage: true }), person('instructor'), false)).not.toContain('mute');
  });

  it('sends students alone back to the audience', () => {
    const me = person('instructor');
    expect(rosterActions(entry('student', { onStage: true }), me, false)).toContain('send-back');
    expect(rosterActions(entry('assistant', { onStage: true }), me, false)).not.toContain('send-back');
  });

  it('invites a student who is here, and takes back what waits', () => {
    const me = person('assistant');
    expect(rosterActions(entry('student'), me, false)).toEqual(['invite', 'link', 'remove']);
    expect(rosterActions(entry('student', { invited: true }), me, false)).toEqual(['take-back', 'link', 'remove']);
    expect(rosterActions(entry('student', { connected: false }), me, false)).toEqual(['remove']);
  });

  it('offers nothing about oneself', () => {
    expect(rosterActions(entry('assistant'), person('assistant'), false)).toEqual([]);
  });
});
