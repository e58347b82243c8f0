import { clamp } from './geometry.ts';

/** More sure than this the model's word is not taken: 400 to 1. */
const LIMIT = 6;

/** Natural logarithm of p : 1 - p, within ±6, in which evidence adds up. */
export function logOddsOf(probability: number): number {
  return clamp(Math.log(probability / (1 - probability)), -LIMIT, LIMIT);
}

export function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
