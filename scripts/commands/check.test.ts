import { afterEach, expect, it, vi } from 'vitest';
import { check } from './check.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('refuses the name of a check that there is not, with those that there are', async () => {
  let said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  expect(await check(['types', 'lint', '--help'])).toBe(2);
  expect(said).toMatch(/^There is no check called lint, --help\. There are: types, eslint, .*licences\.\n$/);
});
