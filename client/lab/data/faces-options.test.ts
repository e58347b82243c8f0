import { describe, expect, it } from 'vitest';
import { parseFacesOptions, UsageError } from './faces-options.ts';

describe('the options of npm run lab:faces', () => {
  it('have defaults', () => {
    expect(parseFacesOptions([])).toMatchObject({ family: 'ict', part: 'train', identities: 12, from: 0, clips: 6 });
    expect(parseFacesOptions(['--sheet', 'people.png'])).toMatchObject({ identities: 6 });
    expect(parseFacesOptions(['--help'])).toBeNull();
  });

  it.each([
    [['--family', 'foo'], /ict or canonical/],
    [['--identities', '0'], /at least 1/],
    [['--identities', '2.5'], /whole number/],
    [['--from', '-1'], /whole number|ambiguous/],
    [['--kinds', 'mixed,foo'], /--kinds foo: give some of mixed/],
    [['--fps', '200'], /from 1 to 30/],
    [['--sheet', 'people.jpg'], /ends in \.png/],
    [['--sheet', 'a.png', '--out', 'b'], /give one of them/],
    [['--nothing'], /Unknown option '--nothing'/],
    [['stray'], /stray/],
  ])('refuse %j with the remedy', (args, remedy) => {
    expect(() => parseFacesOptions(args)).toThrow(UsageError);
    expect(() => parseFacesOptions(args)).toThrow(remedy);
  });
});
