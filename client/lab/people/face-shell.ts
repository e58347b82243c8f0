import {
  BufferAttribute,
  BufferGeometry,
  CatmullRomCurve3,
  Color,
  Group,
  Mesh,
  MeshLambertMaterial,
  TubeGeometry,
  Vector3,
  type Material,
} from 'three';
import { coverMaterial } from './cover-material.ts';
import { averageNeighbours } from './face-map.ts';
import { along, beardAt, type Line } from './hairline.ts';
import { HeadRadius, headShell, outwards, type ShellPoint } from './head-shell.ts';
import type { IctHead } from './ict-head.ts';
import type { Looks } from './looks.ts';
import { noise3, smoothstep } from './noise.ts';

/** Something worn on the face's own skin that moves with it: a beard or a mask. */
export interface FaceShell {
  readonly object: Group;
  /** Moves it along with the face's positions as posed. */
  follow(positions: Float32Array): void;
}

/** Edge of a mask from the nose's ridge to the ears, by distance from the middle: upper and lower. */
const MASK_TOP: Line = [
  [0, 2.5],
  [1.2, 1.5],
  [2.6, 0.6],
  [4.4, 0.2],
  [6, -0.2],
  [6.8, -1.2],
];
const MASK_BOTTOM: Line = [
  [0, -9.2],
  [3, -8.2],
  [5, -5.8],
  [6.8, -3],
];

/** A mask over nose and mouth, with its loops to the ears. It goes down with the chin and does not part. */
export function faceMask(head: IctHead, identity: Float32Array, looks: Looks): FaceShell {
  const isFfp2 = looks.mask === 'ffp2';
  const radius = new HeadRadius(head, identity, 'mouth');
  const nose = head.landmark(identity, 30);
  const chin = head.landmark(identity, 8);
  // What is right for the mean face, moved to this one's nose and chin.
  const [shift, stretch] = [nose[1] - MEAN_NOSE_Y, (nose[1] - chin[1]) / (MEAN_NOSE_Y - MEAN_CHIN_Y)];
  const cloth = (azimuthDeg: number, elevationDeg: number): ShellPoint => {
    const [x, y, z] = outwards(azimuthDeg, elevationDeg, radius.at(azimuthDeg, elevationDeg));
    const aside = Math.abs(x);
    const meanY = MEAN_NOSE_Y + (y - shift - MEAN_NOSE_Y) / (y < nose[1] ? stretch : 1);
    const inside = Math.min(along(MASK_TOP, aside) - meanY, meanY - along(MASK_BOTTOM, aside), 6.7 - aside);
    const ridge = smoothstep(1.3, 0, aside);
    const middle = smoothstep(3.5, 0, Math.hypot(aside, meanY + 2.2));
    return {
      offCm: 0.12 + smoothstep(0, 1.5, inside) * (isFfp2 ? 0.25 + 0.75 * middle : 0.25 + 0.3 * middle),
      covers: z < 3.5 ? -1 : inside * 0.6,
      shade: isFfp2 ? 1 - 0.2 * ridge : 0.93 + 0.07 * Math.sin(y * 4.2),
    };
  };
  const mesh = headShell(radius, 3, -63, cloth, coverMaterial(isFfp2 ? '#e9eaec' : '#9fc4d8', 'cloth'));
  mesh.frustumCulled = false;
  mesh.castShadow = true;
  mesh.receiveShadow = true;
  const object = new Group();
  object.add(mesh);
  const strap = new MeshLambertMaterial({ color: new Color(0xe6e6e6) });
  const ear = head.landmark(identity, 16);
  for (const side of [1, -1]) {
    for (const [fromY, toY] of [
      [-0.8, 4.6],
      [-3.2, -0.4],
    ] as const) {
      const at = 6.5 * stretch;
      const points = [
        new Vector3(side * at, fromY + shift, 5.2),
        new Vector3(side * ear[0], (fromY + toY) / 2 + shift, 3.4),
        new Vector3(side * (ear[0] + 0.5), toY + shift, 0.6),
      ];
      object.add(new Mesh(new TubeGeometry(new CatmullRomCurve3(points), 8, 0.07, 5), strap));
    }
  }
  const position = mesh.geometry.getAttribute('position') as BufferAttribute;
  const rest = Float32Array.from(position.array);
  const chinAt = head.landmarkIndex(8) * 3;
  return {
    object,
    follow(positions) {
      const [dx, dy, dz] = [0, 1, 2].map((axis) => (positions[chinAt + axis] ?? 0) - (identity[chinAt + axis] ?? 0));
      for (let at = 0; at < rest.length; at += 3) {
        const share = smoothstep(nose[1] - 1.5, chin[1] + 0.5, rest[at + 1] ?? 0);
        position.array[at] = (rest[at] ?? 0) + share * (dx ?? 0);
        position.array[at + 1] = (rest[at + 1] ?? 0) + share * (dy ?? 0);
        position.array[at + 2] = (rest[at + 2] ?? 0) + share * (dz ?? 0);
      }
      position.needsUpdate = true;
    },
  };
}

const MEAN_NOSE_Y = 0.41;
const MEAN_CHIN_Y = -7.57;

/** A grown beard; what is shorter is painted on the skin. */
export function fullBeard(head: IctHead, identity: Float32Array, looks: Looks, seed: number): FaceShell {
  const grown = (x: number, y: number, z: number): number => 1.25 * beardAt(x, y, z, false) - 0.4 - mouthAt(head, x, y);
  return shellOver(head, identity, grown, coverMaterial(looks.hairColour, 'curls'), {
    rounds: 3,
    offCm: 0.42,
    shade: (x, y, z) => 0.85 + 0.2 * noise3(x * 3, y * 1.2, z * 3, seed),
  });
}

/** 1 on the lips of the mean head. */
function mouthAt(head: IctHead, x: number, y: number): number {
  const [right, left] = [head.landmark(head.mean, 48)[0], head.landmark(head.mean, 54)[0]];
  const across = (2 * (x - right)) / (left - right) - 1;
  return smoothstep(1.15, 0.75, Math.hypot(across, (y + 3.35) / 1.2));
}

interface ShellForm {
  /** Rounds of smoothing before it is lifted off the skin. */
  readonly rounds: number;
  readonly offCm: number;
  readonly shade: (x: number, y: number, z: number) => number;
}

/** Lifts the part of the face that `covers` (by points of the mean head) off the skin. */
function shellOver(
  head: IctHead,
  identity: Float32Array,
  covers: (x: number, y: number, z: number) => number,
  material: Material,
  form: ShellForm,
): FaceShell {
  const triangles = head.positionTriangles(['M_Face']);
  const at = (from: Float32Array, i: number): [number, number, number] => [
    from[i * 3] ?? 0,
    from[i * 3 + 1] ?? 0,
    from[i * 3 + 2] ?? 0,
  ];
  const worth = new Float32Array(identity.length / 3);
  for (let i = 0; i < worth.length; i++) worth[i] = covers(...at(head.mean, i));
  const worn: number[] = [];
  for (let i = 0; i < triangles.length; i += 3) {
    const corners = [triangles[i] ?? 0, triangles[i + 1] ?? 0, triangles[i + 2] ?? 0];
    if (corners.some((corner) => (worth[corner] ?? -1) > 0)) worn.push(...corners);
  }
  let smooth: Float32Array = identity.slice();
  for (let round = 0; round < form.rounds; round++) smooth = averageNeighbours(smooth, worn);
  const normals = new Float32Array(identity.length);
  head.skinNormals(smooth, normals);
  const points = [...new Set(worn)];
  const places = new Map(points.map((point, place) => [point, place]));
  const rest = new Float32Array(points.length * 3);
  const shades = new Float32Array(points.length);
  const uv = new Float32Array(points.length * 2);
  points.forEach((point, place) => {
    const [x, y, z] = at(smooth, point);
    const [nx, ny, nz] = at(normals, point);
    const [, , skinZ] = at(identity, point);
    const off = form.offCm * smoothstep(-0.3, 0.5, worth[point] ?? 0) + 0.04;
    rest.set([x + nx * off, y + ny * off, Math.max(z + nz * off, skinZ + 0.12 + 0.3 * off)], place * 3);
    shades[place] = form.shade(...at(head.mean, point));
    uv.set([(head.mean[point * 3] ?? 0) * 8, (head.mean[point * 3 + 1] ?? 0) * 8], place * 2);
  });
  const geometry = new BufferGeometry();
  const position = new BufferAttribute(rest.slice(), 3);
  geometry.setAttribute('position', position);
  geometry.setAttribute(
    'covers',
    new BufferAttribute(
      Float32Array.from(points, (point) => worth[point] ?? 0),
      1,
    ),
  );
  geometry.setAttribute('shade', new BufferAttribute(shades, 1));
  geometry.setAttribute('uv', new BufferAttribute(uv, 2));
  geometry.setIndex(worn.map((corner) => places.get(corner) ?? 0));
  geometry.computeVertexNormals();
  const mesh = new Mesh(geometry, material);
  mesh.frustumCulled = false;
  mesh.castShadow = true;
  mesh.receiveShadow = true;
  const object = new Group();
  object.add(mesh);
  return {
    object,
    follow(positions) {
      points.forEach((point, place) => {
        for (let axis = 0; axis < 3; axis++) {
          const k = point * 3 + axis;
          position.array[place * 3 + axis] = (rest[place * 3 + axis] ?? 0) + (positions[k] ?? 0) - (identity[k] ?? 0);
        }
      });
      position.needsUpdate = true;
    },
  };
}
