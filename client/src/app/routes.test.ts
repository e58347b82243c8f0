import { describe, expect, it } from 'vitest';
import { matchRoute } from './routes.ts';

describe('matchRoute', () => {
  it('finds the page and what stands in its address', () => {
    expect(matchRoute('/')).toEqual({ name: 'home', params: {} });
    expect(matchRoute('/c/abcd-efgh-ijkl')).toEqual({ name: 'join', params: { code: 'abcd-efgh-ijkl' } });
    expect(matchRoute('/class/1/pacing')).toEqual({ name: 'pacing', params: { classId: '1' } });
  });

  it('does not mind a trailing slash', () => {
    expect(matchRoute('/account/').name).toBe('account');
  });

  it('decodes what stands in the address', () => {
    expect(matchRoute('/set-up/a%2Fb').params).toEqual({ token: 'a/b' });
  });

  it.each(['/nowhere', '/c/', '/c//', '/class/1/pacing/more', '/c/%E0%A4%A'])('knows no page at %s', (path) => {
    expect(matchRoute(path).name).toBe('notFound');
  });
});
