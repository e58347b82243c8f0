import { Vector3 } from 'three';
import { playBehaviour, type ScriptedFrame } from './behaviours.ts';
import { renderMoment, throughCamera } from './camera-picture.ts';
import { CLIP_PLANS, CLIP_SIZE, CLIPS, GONE_AFTER_FRAMES, type ClipName } from './clip-plans.ts';
import { IctHead } from './people/ict-head.ts';
import { drawLooks, type Looks } from './people/looks.ts';
import { Person } from './people/person.ts';
import { seeded, type Random } from './random.ts';
import { Studio, type Room } from './studio.ts';

declare global {
  interface Window {
    clips: {
      open(name: ClipName, identity: number): Promise<void>;
      /** The next frames as I420, base64. */
      render(count: number): string[];
      close(): void;
    };
  }
}

interface OpenClip {
  readonly person: Person;
  /** Somebody who sits beside. */
  readonly neighbour: Person | null;
  readonly studio: Studio;
  readonly room: Room;
  readonly random: Random;
  readonly script: readonly ScriptedFrame[];
  next: number;
}

/** The clips show one plain face: what covers faces is no matter of theirs. */
const PLAIN_LOOKS: Partial<Looks> = {
  monkTone: 4,
  glasses: false,
  hair: 'short',
  headCover: 'none',
  mask: 'none',
  beard: 'none',
  strabismusDeg: 0,
};

let clip: OpenClip | null = null;

window.clips = {
  async open(name, identity) {
    const description: unknown = await (await fetch('/ict-face.json')).json();
    const head = new IctHead(description, await (await fetch('/ict-face.bin')).arrayBuffer());
    const random = seeded(identity * 104_729 + CLIPS.indexOf(name));
    const room: Room = {
      eyes: new Vector3(0, -2, -58),
      screen: { left: -18, right: 18, top: -1, bottom: -21 },
      level: name === 'dark' ? 0.015 : 1,
    };
    const person = new Person(head, seeded(identity), drawLooks(seeded(identity), PLAIN_LOOKS));
    const neighbour = name === 'company' ? new Person(head, seeded(identity + 1)) : null;
    const studio = new Studio(CLIP_SIZE, room, random);
    if (neighbour !== null) studio.add(neighbour);
    clip = {
      person,
      neighbour,
      studio,
      room,
      random,
      script: writeScript(name, person, room, random),
      next: 0,
    };
  },
  render(count) {
    const open = clip;
    if (open === null) throw new Error('no clip is open');
    return open.script.slice(open.next, (open.next += count)).map((frame) => {
      const aside = open.neighbour === null ? 0 : 16;
      open.neighbour?.object.position
        .set(-aside, open.room.eyes.y + frame.sway.y, open.room.eyes.z)
        .sub(open.neighbour.eyesAt);
      renderMoment(
        open.person,
        open.studio,
        frame.state,
        frame.sway
          .clone()
          .add(open.room.eyes)
          .add(new Vector3(aside, 0, 0)),
      );
      const picture = throughCamera(open.studio.canvas, open.random, open.room.level);
      return toBase64(toI420(picture.getImageData(0, 0, CLIP_SIZE.width, CLIP_SIZE.height).data));
    });
  },
  close() {
    clip?.studio.dispose();
    clip?.person.dispose();
    clip?.neighbour?.dispose();
    clip = null;
  },
};

function writeScript(name: ClipName, person: Person, room: Room, random: Random): ScriptedFrame[] {
  const { fps, frames } = CLIP_PLANS[name];
  const facing = playBehaviour('screen', room, person.eyesAt, random, frames, fps, 0);
  if (name === 'gone') {
    return facing.map((frame, i) => (i < GONE_AFTER_FRAMES ? frame : { ...frame, state: null, facing: false }));
  }
  if (name === 'away') {
    // The head about 48 degrees to the side, the eyes further: gaze beyond 60, and still a face that can be found.
    return facing.map((frame) => {
      const { state } = frame;
      if (state === null) return frame;
      return { ...frame, facing: false, state: { ...state, yawDeg: 48 + 0.3 * state.yawDeg, eyeYawDeg: 14 } };
    });
  }
  return facing;
}

/** BT.601 limited range, 4:2:0, as a camera would deliver it. */
function toI420(rgba: Uint8ClampedArray): Uint8Array {
  const { width, height } = CLIP_SIZE;
  const planes = new Uint8Array((width * height * 3) / 2);
  const chromaAt = width * height;
  const chromaWidth = width / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const [r, g, b] = [rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0];
      planes[y * width + x] = 16 + (66 * r + 129 * g + 25 * b + 128) / 256;
      if (x % 2 === 1 || y % 2 === 1) continue;
      const chroma = (y / 2) * chromaWidth + x / 2;
      planes[chromaAt + chroma] = 128 + (-38 * r - 74 * g + 112 * b + 128) / 256;
      planes[chromaAt + chromaAt / 4 + chroma] = 128 + (112 * r - 94 * g - 18 * b + 128) / 256;
    }
  }
  return planes;
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}
