import { Quaternion, Vector3 } from 'three';
import { smoothstep } from './noise.ts';

/** Where head and neck turn, in the head's own centimetres. */
export const PIVOT = new Vector3(0, -3, -1);

/** Between these heights the neck carries a turn from the trunk up to the head. */
const TRUNK_Y = -15.5;
const HEAD_Y = -6.5;
const STEPS = 16;

/** Keeps the lower neck with the trunk while the head turns, for everything that hangs on the head's own frame. */
export class NeckBend {
  readonly #back: readonly Quaternion[] = Array.from({ length: STEPS + 1 }, () => new Quaternion());

  /** `head` is how the whole head is turned. */
  turn(head: Quaternion): void {
    const inverse = head.clone().invert();
    const still = new Quaternion();
    this.#back.forEach((back, step) => {
      back.copy(inverse).multiply(still.clone().slerp(head, step / STEPS));
    });
  }

  /** Indices of the points that do not simply turn with the head. */
  static bent(rest: ArrayLike<number>): Uint32Array {
    const found: number[] = [];
    for (let i = 0; i < rest.length / 3; i++) if ((rest[i * 3 + 1] ?? 0) < HEAD_Y) found.push(i);
    return Uint32Array.from(found);
  }

  /** Moves those points in place. */
  apply(points: Float32Array, bent: Uint32Array): void {
    const at = new Vector3();
    for (const i of bent) {
      at.set(points[i * 3] ?? 0, points[i * 3 + 1] ?? 0, points[i * 3 + 2] ?? 0);
      const back = this.#back[Math.round(STEPS * smoothstep(TRUNK_Y, HEAD_Y, at.y))];
      if (back === undefined) continue;
      at.sub(PIVOT)
        .applyQuaternion(back)
        .add(PIVOT)
        .toArray(points, i * 3);
    }
  }
}
