import type { Person, ServerMessage } from '@lectern/contracts';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { somebody } from '../classroom/test-people.ts';
import { TestCrowd } from './test-crowd.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const BATCH_MS = 250;
const STEP_MS = 5;
/** By so much of its time the first batch on the beat may come early, after one that went out at once. */
const EARLY_SHARE = 0.1;
/** What goes out in batches. */
const BATCHED: readonly ServerMessage['type'][] = [
  'chat',
  'counts-changed',
  'hand-order',
  'hands-changed',
  'hands-moved',
  'invitations-changed',
  'reactions',
  'speaking',
  'stage-changed',
];

/** Does one thing of which the class is told. */
function change(crowd: TestCrowd, person: Person, what: number): void {
  const { live, broadcast } = crowd;
  const { seatId } = person;
  switch (what) {
    case 0:
      live.chat.post(person, 'Is the inverse unique?');
      break;
    case 1:
      live.react('clap');
      broadcast.reaction();
      break;
    case 2:
      if (live.hands.isRaised(seatId)) live.hands.lower(seatId);
      else live.raiseHand(person);
      break;
    case 3:
      if (crowd.pages.has(seatId)) crowd.lose(seatId);
      else crowd.arrive(person);
      break;
    default:
      crowd.speaking = crowd.speaking.length > 0 ? [] : [seatId];
      broadcast.speaking();
  }
}

it('tells of each kind at most four times a second, whenever things happen and however many', () => {
  const pauses = fc.record({
    pauseMs: fc.nat({ max: 700 }),
    what: fc.nat({ max: 4 }),
    who: fc.nat({ max: 3 }),
    times: fc.integer({ min: 1, max: 4 }),
  });
  const seen = new Map<ServerMessage['type'], number>();
  fc.assert(
    fc.property(fc.array(pauses, { minLength: 20, maxLength: 80 }), (steps) => {
      const crowd = new TestCrowd({ draws: false });
      const people = Array.from({ length: 4 }, (_, index) => somebody(`Student ${index}`));
      for (const person of [somebody('Ada', 'instructor'), ...people]) crowd.arrive(person);
      const toldAtMs = new Map<ServerMessage['type'], number[]>();
      let passedMs = 0;
      const pass = (ms: number) => {
        for (let leftMs = ms; leftMs > 0; leftMs -= STEP_MS) {
          crowd.pass(Math.min(STEP_MS, leftMs));
          passedMs += Math.min(STEP_MS, leftMs);
          for (const { type } of crowd.broadcasts.splice(0).flat()) {
            toldAtMs.set(type, [...(toldAtMs.get(type) ?? []), passedMs]);
          }
        }
      };
      for (const { pauseMs, what, who, times } of steps) {
        for (let time = 0; time < times; time += 1) change(crowd, people[who] ?? people[0]!, what);
        pass(pauseMs);
      }
      pass(2_000);
      crowd.close();
      for (const type of BATCHED) {
        const times = toldAtMs.get(type) ?? [];
        seen.set(type, (seen.get(type) ?? 0) + times.length);
        for (const [from, firstMs] of times.entries()) {
          for (const [more, lastMs] of times.slice(from).entries()) {
            expect(more, type).toBeLessThanOrEqual((lastMs - firstMs + STEP_MS) / BATCH_MS + EARLY_SHARE);
          }
        }
      }
    }),
    { numRuns: 200 },
  );
  for (const type of ['chat', 'counts-changed', 'hands-changed', 'reactions', 'speaking'] as const) {
    expect(seen.get(type) ?? 0, type).toBeGreaterThan(20);
  }
});
