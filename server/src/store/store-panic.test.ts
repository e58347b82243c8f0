import { expect, it } from 'vitest';
import { EngineAborted } from './engine-abort.ts';
import { StorePanic } from './store-panic.ts';

const failure = (severity: string, code: string) => Object.assign(new Error('could not write'), { severity, code });

it.each([
  ['53100', 'The disk is full: free space and start again. (could not write)'],
  ['58030', 'The embedded store gave up (could not write). See that its disk is well, and start again.'],
])('does nothing after a panic, and says once what to do (%s)', async (code, remedy) => {
  const told: string[] = [];
  const panic = new StorePanic(
    () => Infinity,
    ({ message }) => void told.push(message),
  );
  await expect(panic.watch(() => Promise.reject(failure('PANIC', code)))).rejects.toMatchObject({
    code: 'unavailable',
  });
  let asked = 0;
  const ask = () => {
    asked += 1;
    return Promise.reject(failure('PANIC', code));
  };
  await expect(panic.watch(ask)).rejects.toMatchObject({ code: 'unavailable' });
  expect({ asked, told, happened: panic.happened }).toEqual({ asked: 0, told: [remedy], happened: true });
});

it('lets every other error pass and goes on', async () => {
  const panic = new StorePanic(() => Infinity);
  const full = failure('ERROR', '53100');
  await expect(panic.watch(() => Promise.reject(full))).rejects.toBe(full);
  await expect(panic.watch(() => Promise.resolve('done'))).resolves.toBe('done');
});

it('knows an engine that aborted without a word of the disk, by the room that is left there', async () => {
  const told: string[] = [];
  const panic = new StorePanic(
    () => 15 * 1024 * 1024,
    ({ message }) => void told.push(message),
  );
  const asked = panic.watch(() => Promise.reject(new EngineAborted(new Error('Aborted()'))));
  await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
  expect(told).toEqual(['The disk is full: free space and start again. (Aborted())']);
});
