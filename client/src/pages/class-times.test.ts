import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { timesTexts } from './class-times.ts';

beforeEach(() => {
  // The language that the words are in.
  vi.stubGlobal('localStorage', { getItem: () => 'en' });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const planned = {
  status: 'planned',
  startsAt: '2026-11-29T13:00:00.000Z',
  durationMinutes: 90,
  startedAt: null,
  endedAt: null,
} as const;

it('says when a class is planned for', () => {
  expect(timesTexts(planned)).toEqual([expect.stringContaining(':00'), '90 min']);
  expect(timesTexts({ ...planned, startsAt: null, durationMinutes: null })).toEqual(['No time set']);
});

it('says of a class that has ended when it really was', () => {
  const held = { status: 'ended', startedAt: '2026-11-29T11:37:20.000Z', endedAt: '2026-11-29T11:52:00.000Z' } as const;
  expect(timesTexts({ ...planned, ...held })).toEqual([expect.stringMatching(/:37.*:52/)]);
  expect(timesTexts({ ...planned, ...held, startsAt: null })).toEqual([expect.stringMatching(/:37.*:52/)]);
});
