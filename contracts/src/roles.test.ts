import { describe, expect, it } from 'vitest';
import { CLASS_ACTIONS, mayDo, outranks, type ClassAction } from './roles.ts';
import { CLIENT_MESSAGES } from './signalling.ts';

const actions = Object.keys(CLASS_ACTIONS) as ClassAction[];

describe('the role table', () => {
  it('lets a student publish only while on the stage', () => {
    expect(mayDo('publish media', 'student', false)).toBe(false);
    expect(mayDo('publish media', 'student', true)).toBe(true);
  });

  it('ranks instructors before assistants before students, and nobody before their own kind', () => {
    expect([outranks('instructor', 'assistant'), outranks('assistant', 'student')]).toEqual([true, true]);
    expect([outranks('assistant', 'instructor'), outranks('assistant', 'assistant')]).toEqual([false, false]);
  });

  it('gives the stage no power over others', () => {
    const powers = actions.filter((action) => mayDo(action, 'student', true) !== mayDo(action, 'student', false));
    expect(powers).toEqual(['publish media']);
  });

  it('lets only students contribute to the signal, and only staff see it', () => {
    expect(
      ['instructor', 'assistant'].some((role) => mayDo('contribute to the signal', role as 'assistant', true)),
    ).toBe(false);
    expect(mayDo('see the pacing view', 'student', true)).toBe(false);
  });

  it('knows each action that a client message names, and each action is named by a message but these', () => {
    const named = new Set<string | null>(Object.values(CLIENT_MESSAGES).map((message) => message.action));
    const unnamed = actions.filter((action) => !named.has(action));
    // The first is asked for by a message on somebody else's behalf alone, the second by no message.
    expect(unnamed).toEqual(['see the data of a link', 'see the pacing view']);
  });
});
