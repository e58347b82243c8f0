import {
  CapsuleGeometry,
  Color,
  CylinderGeometry,
  Group,
  Mesh,
  MeshLambertMaterial,
  PlaneGeometry,
  SphereGeometry,
  Vector3,
  type Texture,
} from 'three';
import { MONK_TONES } from '../people/looks.ts';
import type { Random } from '../random.ts';

function skin(monkTone: number): MeshLambertMaterial {
  return new MeshLambertMaterial({ color: new Color(MONK_TONES[monkTone] ?? MONK_TONES[4]).multiplyScalar(0.9) });
}

function finger(
  material: MeshLambertMaterial,
  at: Vector3,
  lengthCm: number,
  turned: readonly [number, number, number],
): Mesh {
  const mesh = new Mesh(new CapsuleGeometry(0.85, lengthCm, 4, 8), material);
  mesh.position.copy(at);
  mesh.rotation.set(...turned);
  return mesh;
}

function forearm(material: MeshLambertMaterial, towards: Vector3): Mesh {
  const mesh = new Mesh(new CapsuleGeometry(3.3, towards.length(), 4, 12), material);
  mesh.position.copy(towards).multiplyScalar(0.55);
  mesh.quaternion.setFromUnitVectors(new Vector3(0, 1, 0), towards.clone().normalize());
  return mesh;
}

/** A hand round a cup; the origin is the middle of the cup's rim. */
export function cupInHand(monkTone: number, random: Random): Group {
  const group = new Group();
  const material = skin(monkTone);
  const cup = new Mesh(
    new CylinderGeometry(4.1, 3.5, 9.5, 24),
    new MeshLambertMaterial({
      color: new Color().setHSL(random.between(0, 1), random.between(0, 0.6), random.between(0.2, 0.9)),
    }),
  );
  cup.position.y = -4.5;
  group.add(cup, forearm(material, new Vector3(9, -22, 6)));
  for (let i = 0; i < 4; i++)
    group.add(finger(material, new Vector3(0.4, -2.4 - i * 1.9, 4.1), 6, [0, 0, Math.PI / 2]));
  return group;
}

/** A hand that the cheek rests on; the origin is where it touches, on the subject's left for side 1. */
export function handAtCheek(monkTone: number, side: number): Group {
  const group = new Group();
  const material = skin(monkTone);
  const palm = new Mesh(new SphereGeometry(1, 16, 12), material);
  palm.scale.set(3, 4.6, 3.6);
  palm.position.set(side * 2.6, -2.5, 0.5);
  group.add(palm, forearm(material, new Vector3(side * 8, -24, 8)));
  for (let i = 0; i < 4; i++) {
    group.add(
      finger(material, new Vector3(side * (1.9 + 0.2 * i), 1.5 - i * 0.3, 3.2 - i * 1.9), 4, [0.25, 0, side * -0.25]),
    );
  }
  return group;
}

/** A picture that somebody holds before the camera: a print with a border, or a phone that shines. */
export function heldPicture(picture: Texture, monkTone: number, isPhone: boolean, shine: number): Group {
  const group = new Group();
  const [width, height] = isPhone ? [15, 15] : [18, 18];
  const front = new MeshLambertMaterial({ map: picture });
  if (isPhone) {
    front.emissiveMap = picture;
    front.emissive = new Color(shine, shine, shine);
  }
  const image = new Mesh(new PlaneGeometry(width, height), front);
  const border = new Mesh(
    new PlaneGeometry(width * 1.09, height * (isPhone ? 1.22 : 1.12)),
    new MeshLambertMaterial({ color: isPhone ? 0x0a0a0c : 0xf2f0ea }),
  );
  border.position.z = -0.1;
  const material = skin(monkTone);
  group.add(image, border);
  for (const side of [-1, 1])
    group.add(finger(material, new Vector3((side * width) / 2, -height * 0.36, 0.5), 4, [0, 0, side * 1.1]));
  return group;
}
