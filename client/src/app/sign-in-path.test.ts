import { describe, expect, it } from 'vitest';
import { nextPath, signInPath } from './sign-in-path.ts';

describe('the way back after signing in', () => {
  it('leads back to where the person came from', () => {
    const path = signInPath('/course/1');
    expect(nextPath(new URL(path, 'https://lectern.example').search)).toBe('/course/1');
  });

  it('is the start page when nothing else is asked for', () => {
    expect(signInPath('/')).toBe('/sign-in');
    expect(nextPath('')).toBe('/');
  });

  it.each(['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'never leads to another site: %s',
    (next) => {
      expect(nextPath(`?next=${encodeURIComponent(next)}`)).toBe('/');
    },
  );
});
