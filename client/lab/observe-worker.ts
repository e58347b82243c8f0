import { FaceCounter } from '../src/attention/worker/face-counter.ts';
import { TasksVision } from '../src/attention/worker/tasks-vision.ts';
import { Vision, type Sight } from '../src/attention/worker/vision.ts';
import { toBase64 } from './base64.ts';

/** Lab only: the shipped vision code with a way out for what it sees of each frame, which the shipped worker does not have. */
export type ToObserver =
  | { readonly type: 'init'; readonly wasm: ArrayBuffer; readonly model: ArrayBuffer }
  /** Forgets the face that was followed: another clip begins. */
  | { readonly type: 'reset' }
  /** `count` asks for the number of faces too. */
  | { readonly type: 'frame'; readonly bitmap: ImageBitmap; readonly tMs: number; readonly count: boolean };
export type FromObserver =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly detail: string }
  | { readonly type: 'observed'; readonly seen: object; readonly faces: number | null; readonly costMs: number };

declare const self: {
  onmessage: ((event: MessageEvent<ToObserver>) => void) | null;
  postMessage(message: FromObserver): void;
};

let vision: Vision | null = null;
let counter: FaceCounter | null = null;

self.onmessage = ({ data }) => {
  switch (data.type) {
    case 'init':
      open(data.wasm, data.model).then(
        () => {
          self.postMessage({ type: 'ready' });
        },
        (error: unknown) => {
          self.postMessage({ type: 'failed', detail: String(error) });
        },
      );
      break;
    case 'reset':
      // An empty picture: the tracker lets go of its face.
      vision?.warmUp();
      break;
    case 'frame':
      self.postMessage(look(data.bitmap, data.tMs, data.count));
      break;
  }
};

async function open(wasm: ArrayBuffer, model: ArrayBuffer): Promise<void> {
  const tasks = await TasksVision.compile(wasm);
  vision = await Vision.open(tasks, model);
  vision.warmUp();
  counter = await FaceCounter.open(tasks, model);
}

function look(bitmap: ImageBitmap, tMs: number, count: boolean): FromObserver {
  if (vision === null || counter === null)
    return { type: 'failed', detail: 'a frame came before the landmarker was ready' };
  const startedMs = performance.now();
  const picture = { source: bitmap, width: bitmap.width, height: bitmap.height };
  const seen = vision.look(picture, tMs);
  const faces = count ? counter.count(picture) : null;
  const costMs = performance.now() - startedMs;
  bitmap.close();
  return { type: 'observed', seen: written(seen), faces, costMs };
}

/** As it goes into a file: the eyes' pictures as Base64. */
function written({ face, picture }: Sight): object {
  if (face === null) return { face, picture };
  const { left, right } = face.eyes;
  return { face: { ...face, eyes: { left: toBase64(left), right: toBase64(right) } }, picture };
}
