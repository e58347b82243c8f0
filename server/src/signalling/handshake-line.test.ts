import { expect, it } from 'vitest';
import { HandshakeLine } from './handshake-line.ts';

/** Work that ends when it is told to, and says that it began. */
function workOf(began: string[], name: string) {
  const done = Promise.withResolvers<string>();
  return {
    done: () => {
      done.resolve(name);
    },
    work: () => {
      began.push(name);
      return done.promise;
    },
  };
}

it('looks at 400 at once, and takes turns between addresses for the rest', async () => {
  const line = new HandshakeLine();
  const began: string[] = [];
  const first = Array.from({ length: 400 }, (_, index) => workOf(began, `first ${index}`));
  const results = first.map(({ work }) => line.run('10.0.0.1', work));
  for (const name of ['many 1', 'many 2', 'many 3']) void line.run('10.0.0.1', workOf(began, name).work);
  void line.run('10.0.0.2', workOf(began, 'one').work);
  expect(began).toHaveLength(400);
  first[0]?.done();
  expect(await results[0]).toBe('first 0');
  first[1]?.done();
  await expect.poll(() => began.slice(400)).toEqual(['many 1', 'one']);
});

it('goes on after a handshake that was refused', async () => {
  const line = new HandshakeLine();
  await expect(line.run('10.0.0.1', () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(await line.run('10.0.0.1', () => Promise.resolve('in'))).toBe('in');
});

it('asks whoever comes to come again once 5,000 wait', async () => {
  const line = new HandshakeLine();
  const never = () => new Promise<never>(() => undefined);
  for (let count = 0; count < 5_400; count += 1) void line.run(`10.0.${count % 9}.1`, never);
  await expect(line.run('10.1.0.1', never)).rejects.toThrow(
    expect.objectContaining({ code: 'unavailable', retryAfterMs: 1_000 }),
  );
});
