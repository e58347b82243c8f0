import { contributorIdSchema } from '@lectern/contracts';
import type { ClassId, ContributorId, SignalRow } from '@lectern/contracts';

const WINDOWS_PER_MINUTE = 12;
/** Minute of the class, and what share of the contributors faces the screen then; straight lines in between. */
const COURSE: readonly (readonly [minute: number, share: number])[] = [
  [0, 0.72],
  [1, 0.83],
  [5.5, 0.8],
  // The dip, and the recap that follows it.
  [7.5, 0.52],
  [9, 0.47],
  [11, 0.78],
  [13, 0.84],
  [15, 0.81],
];
/** How likely somebody keeps doing for another window what they did in the last one. */
const PERSISTENCE = 0.85;
const ABSTAIN_SHARE = 0.05;

interface Person {
  readonly id: ContributorId;
  /** How much more or less than the course this person faces the screen. */
  readonly leaning: number;
  facing: boolean;
}

/** A class as it could have been: the same rows for the same seed. The noise of the published rows is not part of it. */
export class ScriptedClass {
  readonly #classId: ClassId;
  readonly #random: () => number;
  readonly #people: readonly Person[];

  constructor(options: { readonly classId: ClassId; readonly contributors: number; readonly seed: number }) {
    this.#classId = options.classId;
    this.#random = seededRandom(options.seed);
    this.#people = Array.from({ length: options.contributors }, () => ({
      id: this.#contributorId(),
      leaning: (this.#random() - 0.5) * 0.4,
      facing: true,
    }));
  }

  /** What the devices say of one window; ask for them in order. */
  rows(window: number): SignalRow[] {
    const share = shareAt(window / WINDOWS_PER_MINUTE);
    return this.#people.map((person) => {
      if (this.#random() > PERSISTENCE || window === 0) person.facing = this.#random() < share + person.leaning;
      const row = { classId: this.#classId, contributorId: person.id, window, modelTag: 1 };
      if (this.#random() < ABSTAIN_SHARE) return { ...row, score: null };
      const sure = 0.82 + 0.17 * this.#random();
      return { ...row, score: person.facing ? sure : 1 - sure };
    });
  }

  #contributorId(): ContributorId {
    const hex = Array.from({ length: 32 }, () => Math.floor(this.#random() * 16).toString(16)).join('');
    const uuid = hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5').slice(0, 36);
    return contributorIdSchema.parse(uuid);
  }
}

/** The share of the course at a minute. */
export function shareAt(minute: number): number {
  const after = COURSE.findIndex(([at]) => at > minute);
  const [toMinute, toShare] = COURSE.at(after) ?? [0, 0];
  const [fromMinute, fromShare] = COURSE[after - 1] ?? [toMinute, toShare];
  if (after <= 0) return toShare;
  return fromShare + ((toShare - fromShare) * (minute - fromMinute)) / (toMinute - fromMinute);
}

/** Mulberry32: small, fast and the same everywhere. For scripted classes only. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
