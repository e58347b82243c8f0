import type { FaceState } from './people/face-state.ts';
import type { Person } from './people/person.ts';
import type { Random } from './random.ts';
import type { Studio } from './studio.ts';

/** Renders one moment of a scene: the person with the eyes at this place, or the empty room for null. */
export function renderMoment(
  person: Person,
  studio: Studio,
  state: FaceState | null,
  eyes: { readonly x: number; readonly y: number; readonly z: number },
): void {
  if (state === null) {
    studio.remove(person);
  } else {
    studio.add(person);
    person.pose(state);
    person.object.position.set(eyes.x, eyes.y, eyes.z).sub(person.eyesAt);
  }
  studio.render();
}

/** What a webcam makes of it: sensor noise (more in the dark), a little blur now and then. */
export function throughCamera(
  source: OffscreenCanvas,
  random: Random,
  level: number,
): OffscreenCanvasRenderingContext2D {
  const context = copyPicture(source, random.chance(0.3) ? random.between(0.4, 1.2) : 0);
  const picture = context.getImageData(0, 0, source.width, source.height);
  const strength = random.between(2, 6) / Math.max(0.4, level);
  const { data } = picture;
  for (let i = 0; i < data.length; i += 4) {
    const noise = random.between(-strength, strength);
    data[i] = (data[i] ?? 0) + noise;
    data[i + 1] = (data[i + 1] ?? 0) + noise;
    data[i + 2] = (data[i + 2] ?? 0) + noise;
  }
  context.putImageData(picture, 0, 0);
  return context;
}

export function copyPicture(source: OffscreenCanvas, blurPx = 0): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(source.width, source.height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('no 2D canvas');
  context.filter = blurPx > 0 ? `blur(${blurPx.toFixed(2)}px)` : 'none';
  context.drawImage(source, 0, 0);
  return context;
}
