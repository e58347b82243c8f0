import { describe, expect, it } from 'vitest';
import { headFile } from '../lab-files.ts';
import { seeded } from '../random.ts';
import { EYE_RINGS, jawWeights, readCanonicalMesh, warpFace } from './canonical-mesh.ts';

const MESH = readCanonicalMesh((await headFile('face_model_with_iris.obj')).toString());

function at(positions: Float32Array, index: number): readonly [number, number, number] {
  return [positions[index * 3] ?? 0, positions[index * 3 + 1] ?? 0, positions[index * 3 + 2] ?? 0];
}

describe('the canonical mesh', () => {
  it('has 468 points, the subject’s left at positive x, and holes for eyes and mouth', () => {
    expect(MESH.positions).toHaveLength(468 * 3);
    expect(at(MESH.positions, EYE_RINGS.left.outer)[0]).toBeGreaterThan(3);
    expect(at(MESH.positions, EYE_RINGS.right.outer)[0]).toBeLessThan(-3);
    expect(MESH.triangles.length / 3).toBeLessThan(898 - 30);
  });

  it('opens the jaw without its upper lip', () => {
    const weights = jawWeights(MESH.positions);
    expect([weights[14], weights[152], weights[13], weights[1], weights[159]]).toEqual([1, 1, 0, 0, 0]);
  });

  it('is another face for another seed, and never a torn one', () => {
    const faces = [1, 2, 3].map((seed) => warpFace(MESH.positions, seeded(seed)));
    expect(faces[0]).not.toEqual(faces[1]);
    expect(warpFace(MESH.positions, seeded(1))).toEqual(faces[0]);
    for (const face of faces) {
      const width = at(face, EYE_RINGS.left.outer)[0] - at(face, EYE_RINGS.right.outer)[0];
      expect(width).toBeGreaterThan(7);
      expect(width).toBeLessThan(11);
      // The lids stay in their order.
      for (const { upper, lower } of Object.values(EYE_RINGS)) {
        upper.forEach((index, i) => {
          expect(at(face, index)[1]).toBeGreaterThan(at(face, lower[i] ?? 0)[1]);
        });
      }
    }
  });

  it('is refused when it is another file', () => {
    expect(() => readCanonicalMesh('v 0 0 0\n')).toThrow(/468 points/);
  });
});
