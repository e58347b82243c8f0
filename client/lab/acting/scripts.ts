import type { Random } from '../random.ts';
import type { Behaviour } from './behaviours.ts';
import type { Gesture, Posture, Stretch } from './performance.ts';

/** What a clip is about. */
export const CLIP_KINDS = [
  'mixed',
  'declared',
  'down',
  'moving',
  'start-aside',
  'leaving',
  'late',
  'company',
  'passing',
  'still',
  'blinks',
  'photograph',
  'frozen',
  'dark',
] as const;
export type ClipKind = (typeof CLIP_KINDS)[number];

const AWAY: readonly Behaviour[] = [
  'notes',
  'keyboard',
  'phone',
  'second-screen',
  'second-screen',
  'neighbour',
  'aloft',
  'around',
  'eyes-aside',
  'far-aside',
  'dozing',
];

/** Log-normal: `spread` is the standard deviation of its logarithm. */
const LAPSE = { medianMs: 14_000, spread: 0.8, leastMs: 1500 } as const;

/** Writes what somebody does in a clip of this kind, `lengthMs` long or a little more. */
export function writeScript(kind: ClipKind, lengthMs: number, random: Random): readonly Stretch[] {
  switch (kind) {
    case 'mixed':
    case 'company':
    case 'passing':
    case 'frozen':
    case 'dark':
      return turns(lengthMs, random, random.pick([0.3, 0.5, 0.65, 0.8, 0.95]), ['slides', 'slides', 'teacher'], AWAY);
    case 'declared':
      return turns(
        lengthMs,
        random,
        random.pick([0.5, 0.8, 0.95]),
        ['declared-screen', 'declared-screen', 'slides'],
        ['second-screen', 'notes', 'phone', 'neighbour', 'aloft', 'around'],
      );
    case 'down':
      return [
        ...fixed(['slides', 'teacher'], random.between(3000, 9000), random),
        ...fixed(['notes', 'keyboard', 'phone'], random.between(5000, 60_000), random),
        ...fixed(['slides', 'teacher'], lengthMs, random),
      ];
    case 'moving':
      return turns(lengthMs, random, 0.6, ['slides', 'teacher'], AWAY, true);
    case 'start-aside':
      return [
        { behaviour: 'far-aside', posture: 'upright', lengthMs: lengthMs * random.between(0.75, 1) },
        ...fixed(['slides'], lengthMs, random),
      ];
    case 'leaving':
      return [
        ...fixed(['slides', 'teacher'], random.between(6000, 14_000), random),
        {
          behaviour: 'gone',
          posture: random.chance(0.8) ? 'away' : 'standing',
          lengthMs: random.between(8000, 25_000),
        },
        ...fixed(['slides', 'teacher'], lengthMs, random),
      ];
    case 'late':
      return [
        { behaviour: 'gone', posture: 'away', lengthMs: lengthMs * random.between(0.4, 0.7) },
        ...fixed(['slides', 'teacher'], lengthMs, random),
      ];
    case 'still':
      return [{ behaviour: 'still', posture: random.pick(['upright', 'back', 'hand']), lengthMs: lengthMs * 2 }];
    case 'blinks':
      return turns(
        lengthMs,
        random,
        0.7,
        ['slides', 'teacher', 'teacher'],
        ['keyboard', 'notes', 'second-screen', 'neighbour'],
      );
    case 'photograph':
      return [{ behaviour: 'teacher', posture: 'upright', lengthMs: lengthMs * 2 }];
  }
}

function fixed(behaviours: readonly Behaviour[], lengthMs: number, random: Random): Stretch[] {
  return [stretch(random.pick(behaviours), lengthMs, random)];
}

/**
 * Facing and not in turns, so that over many clips about `share` of the time is facing. A lapse lasts a quarter of a minute or so, seldom a minute: students
 * name lapses of a minute or less more often than longer ones (Bunce et al. 2010, J. Chem. Educ. 87).
 */
function turns(
  lengthMs: number,
  random: Random,
  share: number,
  facing: readonly Behaviour[],
  away: readonly Behaviour[],
  restless = false,
): Stretch[] {
  const script: Stretch[] = [];
  let isFacing = random.chance(share);
  // Who is filmed has begun before: the first part is what is left of one.
  for (let atMs = 0, left = random.between(0.1, 1); atMs < lengthMs; isFacing = !isFacing, left = 1) {
    const lapseMs = Math.min(60_000, Math.max(LAPSE.leastMs, LAPSE.medianMs * Math.exp(random.normal(LAPSE.spread))));
    const partMs = left * (isFacing ? (lapseMs * share) / (1 - share) : lapseMs);
    if (partMs > 600) script.push(stretch(random.pick(isFacing ? facing : away), partMs, random, restless));
    atMs += partMs;
  }
  return script;
}

function stretch(behaviour: Behaviour, lengthMs: number, random: Random, restless = false): Stretch {
  const gesture = lengthMs > 6000 && random.chance(restless ? 0.7 : 0.12) ? pickGesture(random) : undefined;
  return {
    behaviour,
    posture: pickPosture(restless, random),
    lengthMs,
    ...(gesture === undefined ? {} : { gesture }),
  };
}

function pickGesture(random: Random): Gesture {
  return random.pick(['drinking', 'yawning'] as const);
}

function pickPosture(restless: boolean, random: Random): Posture {
  if (restless) return random.pick(['back', 'hand', 'close', 'sideways', 'standing'] as const);
  return random.pick(['upright', 'upright', 'upright', 'back', 'hand', 'close', 'sideways'] as const);
}
