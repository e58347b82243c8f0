import { beforeEach, expect, it } from 'vitest';
import { MemoryStorage } from '../../app/test-storage.ts';
import { DevicesBefore } from './devices-before.svelte.ts';

const CLASS = '00000000-0000-4000-8000-000000000001';
let storage: MemoryStorage;
let session: Session;

type Session = ConstructorParameters<typeof DevicesBefore>[0];
type Local = Map<string, { track: { getSettings: () => MediaTrackSettings }; muted: boolean }>;

const entered = (role = 'instructor', onStage = false): Session =>
  ({ connection: { kind: 'connected' }, local: new Map(), me: { role }, onStage }) as unknown as Session;
const turnOn = (source: string, deviceId: string, muted = false): unknown =>
  (session.local as unknown as Local).set(source, { track: { getSettings: () => ({ deviceId }) }, muted });
const page = (): DevicesBefore => new DevicesBefore(session, CLASS, storage);

/** The page as it was, noted and gone; then the next one of the same tab. */
function reloaded(role?: string, onStage?: boolean): DevicesBefore {
  const before = page();
  before.note();
  before.pageGoes();
  session.local.clear();
  before.note();
  session = entered(role, onStage);
  const after = page();
  after.note();
  return after;
}

beforeEach(() => {
  storage = new MemoryStorage();
  session = entered();
});

it('offers after a reload what was on, as it was', () => {
  turnOn('camera', 'front');
  turnOn('microphone', 'desk', true);
  turnOn('screen', '');
  expect(reloaded().lost).toEqual({ camera: 'front', microphone: 'desk', muted: true, screen: true });
});

it('offers it also after a second reload, until something is turned on', () => {
  turnOn('camera', 'front');
  reloaded();
  const after = page();
  expect(after.lost).toMatchObject({ camera: 'front' });
  turnOn('microphone', 'desk');
  after.note();
  expect(after.lost).toBeNull();
  expect(reloaded().lost).toMatchObject({ camera: undefined, microphone: 'desk' });
});

it('offers nothing that nobody saw or heard, was switched off by choice, or ended with the class', () => {
  turnOn('microphone', 'desk', true);
  expect(reloaded().lost).toBeNull();
  turnOn('camera', 'front');
  const chosen = page();
  chosen.note();
  session.local.clear();
  chosen.note();
  expect(page().lost).toBeNull();
  turnOn('camera', 'front');
  chosen.note();
  session.local.clear();
  session.connection = { kind: 'ended', reason: 'left' };
  chosen.note();
  expect(page().lost).toBeNull();
});

it('offers a student on the stage what was on, and nothing in the audience', () => {
  session = entered('student', true);
  turnOn('camera', 'front');
  expect(reloaded('student', true).lost).toMatchObject({ camera: 'front' });
  turnOn('camera', 'front');
  expect(reloaded('student', false).lost).toBeNull();
  expect(storage.length).toBe(0);
});

it('offers nothing from what it cannot read', () => {
  storage.setItem(`lectern.on-stage.${CLASS}`, '{"camera":');
  expect(page().lost).toBeNull();
});
