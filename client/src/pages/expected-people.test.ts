import { describe, expect, it } from 'vitest';
import { expectedPeople, expectedPeopleProblem } from './expected-people.ts';

describe('the field for the people that are expected', () => {
  it.each([
    ['', null],
    ['  ', null],
    ['1', 1],
    [' 400 ', 400],
    ['20000', 20_000],
  ])('takes %j for %j', (text, people) => {
    expect(expectedPeople(text)).toBe(people);
    expect(expectedPeopleProblem(text)).toBeUndefined();
  });

  it.each(['0', '20001', '-5', '1.5', '1e3', '0x10', '2,000', 'many'])('says of %j what would do instead', (text) => {
    expect(expectedPeople(text)).toBeUndefined();
    expect(expectedPeopleProblem(text)).toBe(
      'Use a whole number from 1 to 20,000, in digits alone, or leave this empty.',
    );
  });
});
