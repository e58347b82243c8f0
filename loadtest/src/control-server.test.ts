import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ControlServer } from './control-server.ts';

const course = { eventLoopP99OfStateMs: 4, sheddingOfState: 0 };
const reading = {
  ...{
    parts: { server: { cores: 0.2, bytes: 1000 } },
    isTold: true,
    wasRemoved: false,
    goneSince: null,
    eventLoopP99Ms: 3,
    shedding: 0,
    doorWaiting: null,
  },
  ...course,
};
const readServer = vi.fn(() => Promise.resolve(reading));
const breakIt = vi.fn((fault: string) =>
  fault === 'worker-death' ? Promise.resolve() : Promise.reject(new Error(`there is no fault "${fault}"`)),
);
const note = vi.fn();
const tellPresent = vi.fn();
const tellClass = vi.fn();
const tellGone = vi.fn();
let control: ControlServer;

beforeEach(async () => {
  vi.clearAllMocks();
  control = await ControlServer.start({
    readServer,
    readState: () => course,
    breakIt,
    tellClass,
    tellGone,
    tellPresent,
    note,
  });
});
afterEach(() => {
  control.close();
});

const get = async (path: string): Promise<unknown> => (await fetch(`${control.url}${path}`)).json();
const post = (path: string, body: unknown = null) =>
  fetch(`${control.url}${path}`, { method: 'POST', body: JSON.stringify(body) });

it('tells every part of a scenario how far the class is', async () => {
  expect(await get('/state')).toBe('joining');
  expect((await post('/state/settled')).status).toBe(204);
  expect(await get('/state')).toBe('settled');
  expect(await get('/server')).toEqual({ state: 'settled', ...reading });
  expect(readServer).toHaveBeenCalledWith('settled');
  expect(await get('/state/course')).toEqual(course);
});

it('breaks what it is told to, and says why it cannot', async () => {
  expect((await post('/faults/worker-death/40001/stage')).status).toBe(204);
  expect(breakIt).toHaveBeenCalledWith('worker-death', 40_001, 'stage');
  const refused = await post('/faults/flood');
  expect(breakIt).toHaveBeenCalledWith('flood', null, null);
  expect([refused.status, await refused.json()]).toEqual([500, { message: 'there is no fault "flood"' }]);
});

it('takes which class was made, and that it is removed', async () => {
  await post('/class/a-class/abcd-efgh-ijkl');
  await post('/class/');
  await post('/class/gone');
  expect(tellGone).toHaveBeenCalledOnce();
  expect(tellClass.mock.calls).toEqual([[{ classId: 'a-class', joinCode: 'abcd-efgh-ijkl' }], [null]]);
});

it('takes how many are in', async () => {
  expect((await post('/present/1934')).status).toBe(204);
  expect(tellPresent).toHaveBeenCalledWith(1934);
});

it('takes notes', async () => {
  await post('/notes', { worst: 'nobody' });
  expect(note).toHaveBeenCalledWith({ worst: 'nobody' });
});
