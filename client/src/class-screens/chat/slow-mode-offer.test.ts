import type { ChatSettings, ClassRole } from '@lectern/contracts';
import { expect, it } from 'vitest';
import { slowModeOffered } from './slow-mode-offer.ts';

const FREE: ChatSettings = { writers: 'everyone', slowModeSeconds: 0 };

function isOffered(role: ClassRole, { rushed = true, settings = FREE, noSlowMode = false } = {}): boolean {
  return slowModeOffered({ me: { role }, onStage: false, chat: { rushed, settings } }, { noSlowMode });
}

it('is offered to staff while more is written than anybody can read', () => {
  expect([isOffered('instructor'), isOffered('assistant'), isOffered('student')]).toEqual([true, true, false]);
  expect(isOffered('instructor', { rushed: false })).toBe(false);
});

it('is not offered where it is on, where staff alone write, or once it was declined', () => {
  expect(isOffered('instructor', { settings: { ...FREE, slowModeSeconds: 15 } })).toBe(false);
  expect(isOffered('instructor', { settings: { ...FREE, writers: 'staff' } })).toBe(false);
  expect(isOffered('instructor', { noSlowMode: true })).toBe(false);
});
