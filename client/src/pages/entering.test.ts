import { describe, expect, it } from 'vitest';
import { joinCodeIn, retryDelayMs } from './entering.ts';

describe('joinCodeIn', () => {
  it.each([
    ['abcd-efgh-ijkl', 'abcd-efgh-ijkl'],
    ['  ABCD-EFGH-IJKL ', 'abcd-efgh-ijkl'],
    ['abcdefghijkl', 'abcd-efgh-ijkl'],
    ['https://lectern.example/c/abcd-efgh-ijkl', 'abcd-efgh-ijkl'],
    ['Come to http://localhost:8080/c/a1b2-c3d4-e5f6?x=1 at nine', 'a1b2-c3d4-e5f6'],
  ])('reads %j', (text, code) => {
    expect(joinCodeIn(text)).toBe(code);
  });

  it.each(['', 'hello', 'abcd-efgh', 'abcd-efgh-ijklm', 'https://lectern.example/'])('finds none in %j', (text) => {
    expect(joinCodeIn(text)).toBeNull();
  });
});

describe('retryDelayMs', () => {
  it('waits what the server says, spread by up to half', () => {
    expect(retryDelayMs(2000, () => 0)).toBe(2000);
    expect(retryDelayMs(2000, () => 1)).toBe(3000);
  });

  it('waits five seconds when the server says nothing', () => {
    expect(retryDelayMs(undefined, () => 0)).toBe(5000);
  });
});
