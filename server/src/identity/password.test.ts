import { hash, verify } from '@node-rs/argon2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hashesAtOnce, hashPassword, verifyPassword } from './password.ts';

vi.mock(import('@node-rs/argon2'));
vi.mock(import('node:os'), async (importOriginal) => ({ ...(await importOriginal()), availableParallelism: () => 2 }));

it.each([
  [1, 1],
  [2, 1],
  [7, 1],
  [8, 2],
  [64, 16],
])('of %i cores hashing takes %i', (cores, taken) => {
  expect(hashesAtOnce(cores)).toBe(taken);
});

describe('hashing on two cores', () => {
  /** What argon2 was asked to do and has not done yet. */
  let underWay: { what: string; finish: () => void }[] = [];
  let started: string[] = [];
  const asked: Promise<unknown>[] = [];

  function work<Result>(what: string, result: Result): Promise<Result> {
    started.push(what);
    return new Promise((resolve) => {
      underWay.push({
        what,
        finish: () => {
          resolve(result);
        },
      });
    });
  }
  const finishOne = async () => {
    underWay.shift()?.finish();
    // The turn is passed on in a few steps of promises, without any timer.
    await new Promise(setImmediate);
  };
  const ask = (promise: Promise<unknown>) => {
    asked.push(promise.catch(() => undefined));
    return promise;
  };

  beforeEach(() => {
    started = [];
    underWay = [];
    vi.mocked(hash).mockImplementation((password) => work(`make ${String(password)}`, 'hash'));
    vi.mocked(verify).mockImplementation((_hash, password) => work(`check ${String(password)}`, true));
  });
  afterEach(async () => {
    while (underWay.length > 0) await finishOne();
    await Promise.all(asked.splice(0));
  });

  it('does one thing at a time, and checks passwords before it makes new ones', async () => {
    for (const name of ['a', 'b']) void ask(hashPassword(name));
    for (const name of ['c', 'd']) void ask(verifyPassword(name, 'hash'));
    expect(started).toEqual(['make a']);
    const order = ['make a', 'check c', 'check d', 'make b'];
    for (let done = 1; done <= order.length; done += 1) {
      expect(started).toEqual(order.slice(0, done));
      expect(underWay).toHaveLength(1);
      await finishOne();
    }
    expect(underWay).toEqual([]);
  });

  it('refuses new passwords when many wait, and still takes sign-ins', async () => {
    for (let count = 0; count < 101; count += 1) void ask(hashPassword(`${count}`));
    await expect(ask(hashPassword('one more'))).rejects.toMatchObject({ code: 'too-many', retryAfterMs: 5_000 });
    void ask(verifyPassword('owner', 'hash'));
    await finishOne();
    expect(started).toEqual(['make 0', 'check owner']);
  });

  it('goes on after a failure', async () => {
    vi.mocked(hash).mockRejectedValueOnce(new Error('no memory'));
    await expect(ask(hashPassword('a'))).rejects.toThrow('no memory');
    void ask(hashPassword('b'));
    await new Promise(setImmediate);
    expect(started).toEqual(['make b']);
  });
});
