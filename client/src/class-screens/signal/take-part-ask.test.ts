import { describe, expect, it, vi } from 'vitest';
import type { BrowserLack } from '../../attention/browser-abilities.ts';
import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { TakePartAsk } from './take-part-ask.svelte.ts';

/** A student who sits in the audience, in a browser that lacks this. */
function student(lack: BrowserLack | null = null) {
  const browserLack = vi.fn(() => lack);
  return {
    browserLack,
    invitedBy: null,
    me: { role: 'student' },
    onStage: false,
    card: { courseId: 'course' },
    measuring: {
      state: 'off',
      purposes: [] as string[],
      get browserLack() {
        return browserLack();
      },
    },
    screens: { asked: false },
    signal: { offered: true, standing: false, contributing: null as boolean | null },
    reminders: { offered: true, standing: false },
  };
}

const askedOf = (facts: ReturnType<typeof student>) => new TakePartAsk(facts as unknown as ClassSession).kind;

describe('a student', () => {
  it('is asked to take part, and again for what went off with a reload', () => {
    const taker = student();
    expect(askedOf(taker)).toBe('first');
    taker.signal = { offered: true, standing: true, contributing: true };
    expect(askedOf(taker)).toBe('again');
    taker.signal = { offered: true, standing: false, contributing: false };
    taker.reminders.standing = true;
    expect(askedOf(taker)).toBe('remind-again');
  });

  it('is asked on which screen the class is once something is measured', () => {
    const measured = student();
    measured.measuring.purposes = ['remind'];
    expect(askedOf(measured)).toBe('screens');
  });

  it('does not have the browser looked at where nothing would be asked', () => {
    const declined = student();
    declined.signal.contributing = false;
    expect(askedOf(declined)).toBeNull();
    expect(declined.browserLack).not.toHaveBeenCalled();
  });
});

describe('a student whose browser cannot measure', () => {
  it.each(['webassembly-off', 'graphics-off', 'browser-too-old'] as const)('is asked nothing (%s)', (lack) => {
    const old = student(lack);
    expect(askedOf(old)).toBeNull();
    old.signal = { offered: true, standing: true, contributing: true };
    expect(askedOf(old)).toBeNull();
    old.signal = { offered: true, standing: false, contributing: false };
    old.reminders.standing = true;
    expect(askedOf(old)).toBeNull();
  });
});
