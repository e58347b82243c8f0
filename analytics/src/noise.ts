import { randomBytes } from 'node:crypto';

/** From this many contributors on the larger noise is drawn. */
const LARGE_COHORT = 500;
const SD_STUDENTS = 10;
const SD_STUDENTS_LARGE = 31;
/** 2^-53: the step between neighbouring uniform numbers. */
const UNIFORM_STEP = 2 ** -53;
/** The noisy sum is kept in hundredths of a student, so that the low bits of a float tell nothing of what was summed. */
const SUM_STEPS = 100;

/** Gives independent numbers uniform in (0, 1]. */
export type UniformSource = () => number;

/** Uniform numbers from the operating system's generator, 53 bits each. */
export function secureUniform(): number {
  const bytes = randomBytes(8);
  const bits = (bytes.readUInt32BE(0) & 0x1f_ffff) * 2 ** 32 + bytes.readUInt32BE(4);
  return (bits + 1) * UNIFORM_STEP;
}

/** Standard deviation, in students, of the noise on the sum of one window with `measured` contributors. */
export function noiseSdFor(measured: number): number {
  return measured < LARGE_COHORT ? SD_STUDENTS : SD_STUDENTS_LARGE;
}

/** The sum with Gaussian noise of standard deviation `sd`. Draw it once for a window and store what it gives. */
export function withNoise(sum: number, sd: number, uniform: UniformSource): number {
  return Math.round((sum + sd * standardNormal(uniform)) * SUM_STEPS) / SUM_STEPS;
}

/** Box and Muller's transform; the sine of the pair is not used. */
function standardNormal(uniform: UniformSource): number {
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
