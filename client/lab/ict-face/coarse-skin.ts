import { MeshoptSimplifier } from 'meshoptimizer';
import { headFile } from '../lab-files.ts';
import { IctHead } from '../people/ict-head.ts';

/** Round each eye, in centimetres, every triangle stays: lids are shaped there. */
const EYE_CM = 2.2;
/** How far the coarse skin may lie off the whole one. */
const OFF_CM = 0.1;

/**
 * The head's description as it is served to the lab's pages, JSON: with `coarse`, triangles by material for the skin. A webcam cannot
 * tell them from the model's own, of which software GL could draw a third less in the same time. Rejects when the head is missing.
 */
export async function servedHead(): Promise<Buffer> {
  const description = JSON.parse((await headFile('ict-face.json')).toString('utf8')) as object;
  const packed = await headFile('ict-face.bin');
  const head = new IctHead(description, Uint8Array.from(packed).buffer);
  await MeshoptSimplifier.ready;
  const coarse = { M_Face: simplified(head, 'M_Face'), M_BackHead: simplified(head, 'M_BackHead') };
  return Buffer.from(JSON.stringify({ ...description, coarse }));
}

/** Fewer triangles on the same vertices. */
function simplified(head: IctHead, material: string): number[] {
  const places = new Float32Array(head.vertexToPosition.length * 3);
  head.vertexToPosition.forEach((position, vertex) => {
    places.set(head.mean.subarray(position * 3, position * 3 + 3), vertex * 3);
  });
  const eyes = [head.eyeCentre(head.mean, 'Left'), head.eyeCentre(head.mean, 'Right')];
  const kept = Uint8Array.from(head.vertexToPosition, (_, vertex) => {
    const [x = 0, y = 0] = places.subarray(vertex * 3);
    return material === 'M_Face' && eyes.some((eye) => Math.hypot(x - eye[0], y - eye[1]) < EYE_CM) ? 1 : 0;
  });
  const whole = Uint32Array.from(head.vertexTriangles([material]));
  const [triangles] = MeshoptSimplifier.simplifyWithAttributes(whole, places, 3, head.uv, 2, [0, 0], kept, 0, OFF_CM, [
    'ErrorAbsolute',
  ]);
  return [...triangles];
}
