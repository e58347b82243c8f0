import { TasksVision } from '../src/attention/worker/tasks-vision.ts';
import { Vision, type Sight } from '../src/attention/worker/vision.ts';

/** Lab only: the shipped vision code with a way out for each frame's observables, which the shipped worker does not have. */
export type ToObserver =
  | { readonly type: 'init'; readonly wasm: ArrayBuffer; readonly model: ArrayBuffer }
  | { readonly type: 'frame'; readonly bitmap: ImageBitmap; readonly tMs: number };
export type FromObserver =
  | { readonly type: 'ready' }
  | { readonly type: 'observed'; readonly frame: Sight & { readonly tMs: number }; readonly costMs: number };

declare const self: {
  onmessage: ((event: MessageEvent<ToObserver>) => void) | null;
  postMessage(message: FromObserver): void;
};

let vision: Vision | null = null;

self.onmessage = ({ data }) => {
  if (data.type === 'init') {
    void TasksVision.compile(data.wasm).then(async (tasks) => {
      const opened = await Vision.open(tasks, data.model);
      vision = opened;
      vision.warmUp();
      self.postMessage({ type: 'ready' });
    });
    return;
  }
  if (vision === null) throw new Error('a frame came before the landmarker was ready');
  const { bitmap, tMs } = data;
  const startedMs = performance.now();
  const sight = vision.look({ source: bitmap, width: bitmap.width, height: bitmap.height }, tMs);
  bitmap.close();
  self.postMessage({ type: 'observed', frame: { tMs, ...sight }, costMs: performance.now() - startedMs });
};
