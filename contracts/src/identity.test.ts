import { describe, expect, it } from 'vitest';
import { displayNameSchema } from './identity.ts';

describe('display name', () => {
  it.each(['Ada', 'Łukasz Żółć', '李小龙', 'عائشة', 'می\u200cخواهم', 'क्\u200dष', "O'Brien", 'a'.repeat(80)])(
    'accepts %s',
    (name) => {
      expect(displayNameSchema.parse(`  ${name} `)).toBe(name);
    },
  );

  it.each([
    ['nothing', '   '],
    ['a line break', 'a\nb'],
    ['a change of direction', 'abc\u202edef'],
    ['an invisible character', 'a\u200bb'],
    ['too much', 'a'.repeat(81)],
  ])('refuses %s', (_what, name) => {
    expect(displayNameSchema.safeParse(name).success).toBe(false);
  });
});
