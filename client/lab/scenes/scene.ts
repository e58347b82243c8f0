import { Euler, Matrix4, Quaternion, Vector3 } from 'three';
import type { Random } from '../random.ts';
import { LIGHTS, type LightGroup, type LightKind } from './light-groups.ts';
import { screenPlane, type ScreenPlane, type Triple } from './screen-plane.ts';
import { drawWebcam, type Webcam } from './webcam.ts';

export const DEVICES = ['laptop', 'desktop', 'tablet', 'phone'] as const;
export type Device = (typeof DEVICES)[number];
export type CameraPlace = 'above' | 'below' | 'beside';
export type DeclaredPlace = 'left' | 'right' | 'above';

/**
 * One person's place before one camera, as data. Camera coordinates in centimetres: x to the subject's left, y up, z towards the
 * camera, which stands in the origin and looks along -z.
 */
export interface SceneSpec {
  readonly seed: number;
  readonly device: Device;
  readonly cameraPlace: CameraPlace;
  /** Where the camera stands against the screen that shows the class, in degrees: turned up, turned to its left, leaning. */
  readonly cameraTiltDeg: Triple;
  readonly webcam: Webcam;
  /** Where the eyes are when the person sits at ease. */
  readonly seat: Triple;
  /** From the desk (x along the screen, y up against gravity, z from the seat to the screen) to the camera. */
  readonly desk: readonly [number, number, number, number];
  readonly classScreen: ScreenPlane;
  /** Another screen that shows the class too, and was declared. */
  readonly declared: { readonly place: DeclaredPlace; readonly screen: ScreenPlane } | null;
  /** A screen that does not show the class. */
  readonly otherScreen: ScreenPlane;
  readonly light: LightKind;
  readonly lightGroup: LightGroup;
  readonly background: 'plain' | 'shelf' | 'window' | 'door' | 'curtain';
  /** A picture of a face on the wall. */
  readonly poster: boolean;
}

/** What a design asks of a scene; the rest is drawn. */
export interface WantedScene {
  readonly lightGroup: LightGroup;
  readonly declared?: DeclaredPlace | null;
  readonly device?: Device;
}

const RAD = Math.PI / 180;
/** Distance of the outer eye corners, as most people have it. */
const EYE_SPAN_CM = 9;
/** Eyes smaller than this share of the picture's width are a matter of abstaining, not of measuring. */
const MIN_EYE_SPAN = 0.058;

interface DeviceSize {
  readonly halfWidthCm: readonly [number, number];
  /** Height over width. */
  readonly aspect: readonly [number, number];
  readonly distanceCm: readonly [number, number];
  /** Eyes over the screen's middle. */
  readonly eyesOverCm: readonly [number, number];
  /** How far the screen leans back. */
  readonly leanDeg: readonly [number, number];
}

const SIZES: Readonly<Record<Device, DeviceSize>> = {
  laptop: { halfWidthCm: [14, 18], aspect: [0.58, 0.66], distanceCm: [40, 75], eyesOverCm: [8, 30], leanDeg: [3, 32] },
  desktop: {
    halfWidthCm: [23, 35],
    aspect: [0.5, 0.6],
    distanceCm: [55, 110],
    eyesOverCm: [-2, 18],
    leanDeg: [-2, 12],
  },
  tablet: { halfWidthCm: [10, 13], aspect: [0.7, 0.75], distanceCm: [35, 60], eyesOverCm: [8, 28], leanDeg: [10, 38] },
  phone: { halfWidthCm: [3.3, 3.8], aspect: [2, 2.2], distanceCm: [35, 50], eyesOverCm: [4, 20], leanDeg: [8, 35] },
};

/** Devices as often as classes are followed on them. */
const COMMON: readonly Device[] = (['laptop', 'desktop', 'phone', 'tablet'] as const).flatMap((device) =>
  Array.from({ length: { laptop: 12, desktop: 5, phone: 2, tablet: 1 }[device] }, () => device),
);

/** Draws a scene in which the person is in the picture and big enough. */
export function drawScene(seed: number, random: Random, wanted: WantedScene): SceneSpec {
  // Before the attempts: devices that frame people badly would become rare.
  const device = wanted.device ?? random.pick(COMMON);
  for (let attempt = 0; attempt < 500; attempt++) {
    const scene = sketch(seed, random, device, wanted);
    if (isFramed(scene)) return scene;
  }
  throw new Error(`no scene of seed ${seed} has the person in the picture`);
}

/** Place of a point in the picture: -1..1 from left to right and from bottom to top; null behind the camera. */
export function project(webcam: Webcam, point: Vector3): { readonly x: number; readonly y: number } | null {
  if (point.z >= -1) return null;
  const up = Math.tan((verticalFovDeg(webcam) * RAD) / 2);
  const aspect = webcam.width / webcam.height;
  return { x: point.x / (-point.z * up * aspect), y: point.y / (-point.z * up) };
}

/** The vertical field of view of a camera whose field of view is named along its longer side. */
export function verticalFovDeg({ fovDeg, width, height }: Webcam): number {
  if (height >= width) return fovDeg;
  return (2 * Math.atan((Math.tan((fovDeg * RAD) / 2) * height) / width)) / RAD;
}

export function deskOf(scene: SceneSpec): Quaternion {
  return new Quaternion(...scene.desk);
}

export function horizontalFovDeg(webcam: Webcam): number {
  const { width, height } = webcam;
  return (2 * Math.atan((Math.tan((verticalFovDeg(webcam) * RAD) / 2) * width) / height)) / RAD;
}

/** A point given from the eyes at ease: to the left, up against gravity, ahead to the screen. */
export function deskPoint(scene: SceneSpec, left: number, up: number, ahead: number): Vector3 {
  return new Vector3(left, up, ahead).applyQuaternion(deskOf(scene)).add(seatOf(scene));
}

export function seatOf(scene: SceneSpec): Vector3 {
  return new Vector3(...scene.seat);
}

function isFramed(scene: SceneSpec): boolean {
  const seat = seatOf(scene);
  const eyes = project(scene.webcam, seat);
  if (eyes === null) return false;
  const halfWidth = Math.tan((verticalFovDeg(scene.webcam) * RAD) / 2) * (scene.webcam.width / scene.webcam.height);
  const span = EYE_SPAN_CM / (-2 * seat.z * halfWidth);
  return Math.abs(eyes.x) < 0.6 && eyes.y > -0.25 && eyes.y < 0.62 && span > MIN_EYE_SPAN && span < 0.34;
}

function sketch(seed: number, random: Random, device: Device, wanted: WantedScene): SceneSpec {
  const size = SIZES[device];
  const upright = device === 'phone' || (device === 'tablet' && random.chance(0.4));
  const webcam = drawWebcam(random, upright, wanted.lightGroup);
  const halfWidthCm = random.between(...size.halfWidthCm);
  const halfHeightCm = halfWidthCm * (device === 'tablet' && upright ? 1.33 : random.between(...size.aspect));
  const cameraPlace = drawPlace(device, random);

  // The screen's own frame first, with axes as the camera's; `lean` leads from it to a frame that stands upright.
  const lean = new Quaternion().setFromEuler(new Euler(random.between(...size.leanDeg) * RAD, 0, 0));
  const seat = new Vector3(
    random.normal(device === 'phone' ? 2 : 6),
    random.between(...size.eyesOverCm),
    -random.between(...size.distanceCm),
  ).applyQuaternion(lean.clone().invert());
  const camera = cameraOn(cameraPlace, halfWidthCm, halfHeightCm, random);
  const tilt = cameraTilt(device, cameraPlace, seat.clone().sub(camera), random);
  const turn = new Quaternion().setFromEuler(new Euler(tilt[0] * RAD, tilt[1] * RAD, tilt[2] * RAD, 'YXZ')).invert();
  const toCamera = (stand: Stand): Stand => ({
    at: stand.at.clone().sub(camera).applyQuaternion(turn),
    turned: turn.clone().multiply(stand.turned),
  });
  const show = (stand: Stand, halfWidth: number, halfHeight: number): ScreenPlane => {
    const { at, turned } = toCamera(stand);
    return screenPlane(at, turned, halfWidth, halfHeight);
  };
  const eyes = toCamera({ at: seat, turned: new Quaternion() }).at;
  const classScreen = show({ at: new Vector3(), turned: new Quaternion() }, halfWidthCm, halfHeightCm);
  const declared = wanted.declared ?? null;
  const side = declared === 'left' ? 1 : declared === 'right' ? -1 : 0;
  const otherSide = side === 0 ? random.pick([-1, 1]) : -side;
  const monitor = [random.between(22, 30), random.between(13, 17)] as const;
  const declaredStand =
    side === 0
      ? above(halfHeightCm + monitor[1], random)
      : beside(side, halfWidthCm, monitor[0], seat, random.between(1, 8), random);
  return {
    seed,
    device,
    cameraPlace,
    cameraTiltDeg: tilt,
    webcam,
    seat: eyes.toArray(),
    desk: deskFrame(
      eyes,
      new Vector3(...classScreen.centre),
      new Vector3(0, 1, 0).applyQuaternion(lean.invert()).applyQuaternion(turn),
    ),
    classScreen,
    declared: declared === null ? null : { place: declared, screen: show(declaredStand, ...monitor) },
    otherScreen: show(beside(otherSide, halfWidthCm, 24, seat, random.between(16, 45), random), 24, 14),
    light: random.pick(LIGHTS[wanted.lightGroup]),
    lightGroup: wanted.lightGroup,
    background: random.pick(['plain', 'shelf', 'shelf', 'window', 'door', 'curtain']),
    poster: random.chance(0.12),
  };
}

interface Stand {
  readonly at: Vector3;
  readonly turned: Quaternion;
}

function drawPlace(device: Device, random: Random): CameraPlace {
  if (device === 'laptop') return random.chance(0.02) ? 'below' : 'above';
  if (device === 'desktop') return random.chance(0.1) ? 'beside' : random.chance(0.03) ? 'below' : 'above';
  return device === 'tablet' && random.chance(0.35) ? 'beside' : 'above';
}

function cameraOn(place: CameraPlace, halfWidthCm: number, halfHeightCm: number, random: Random): Vector3 {
  const gapCm = random.between(0.6, 2.5);
  if (place === 'beside') {
    return new Vector3(random.pick([-1, 1]) * (halfWidthCm + gapCm), random.between(-0.3, 0.9) * halfHeightCm, 0);
  }
  return new Vector3(random.normal(1), (place === 'above' ? 1 : -1) * (halfHeightCm + gapCm), 0);
}

/** A built-in camera looks where its screen looks; one that stands on a monitor is turned to who sits there. */
function cameraTilt(device: Device, place: CameraPlace, toSeat: Vector3, random: Random): Triple {
  if (device !== 'desktop') return [random.normal(0.6), random.normal(0.6), random.normal(0.8)];
  const elevationDeg = Math.atan2(toSeat.y, -toSeat.z) / RAD;
  const azimuthDeg = Math.atan2(-toSeat.x, -toSeat.z) / RAD;
  const yawDeg = place === 'beside' ? azimuthDeg + random.normal(4) : random.normal(2.5);
  return [elevationDeg + random.between(-11, 5), yawDeg, random.normal(2)];
}

/** A screen beside the one that shows the class, turned towards the seat; `side` 1 is the subject's left. */
function beside(
  side: number,
  halfWidthCm: number,
  ownHalfWidthCm: number,
  seat: Vector3,
  gapDeg: number,
  random: Random,
): Stand {
  const distanceCm = -seat.z * random.between(0.9, 1.1);
  const edge = Math.atan2(side * halfWidthCm - seat.x, -seat.z);
  const angle = edge + side * (gapDeg * RAD + Math.atan2(ownHalfWidthCm, distanceCm));
  return {
    at: new Vector3(
      seat.x + Math.sin(angle) * distanceCm,
      random.between(-4, 9),
      seat.z + Math.cos(angle) * distanceCm,
    ),
    turned: new Quaternion().setFromEuler(new Euler(0, angle * random.between(0.6, 1), 0)),
  };
}

function above(heightCm: number, random: Random): Stand {
  return {
    at: new Vector3(random.normal(4), heightCm + random.between(2, 7), random.between(0, 14)),
    turned: new Quaternion().setFromEuler(new Euler(-random.between(0, 12) * RAD, 0, 0)),
  };
}

function deskFrame(eyes: Vector3, screen: Vector3, up: Vector3): readonly [number, number, number, number] {
  const forward = screen.sub(eyes);
  forward.addScaledVector(up, -forward.dot(up)).normalize();
  const { x, y, z, w } = new Quaternion().setFromRotationMatrix(
    new Matrix4().makeBasis(up.clone().cross(forward), up, forward),
  );
  return [x, y, z, w];
}
