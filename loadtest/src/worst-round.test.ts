import { expect, it } from 'vitest';
import { worstRound } from '../scenarios/rehearsal/worst-round.ts';

const round = (packets: number, lossShare: number) => ({ packets, lossShare });
const [little, most, nothing] = [round(500, 0.001), round(500, 0.2), round(0, 0)];

it('is the one in which most was lost', () => {
  expect(worstRound([little, most, little])).toBe(most);
});

it('is the one in which nobody heard anything, whatever was lost before and after it', () => {
  expect(worstRound([little, nothing, most])).toBe(nothing);
  expect(worstRound([most, nothing])).toBe(nothing);
});
