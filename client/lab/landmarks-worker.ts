import { FaceLandmarker } from '@mediapipe/tasks-vision';
import { TasksVision } from '../src/attention/worker/tasks-vision.ts';

/** Lab only: the shipped landmarker on single pictures, with a way out for its whole mesh. */
export type ToLandmarks =
  | { readonly type: 'init'; readonly wasm: ArrayBuffer; readonly model: ArrayBuffer }
  | { readonly type: 'picture'; readonly picture: ImageData };
export type FromLandmarks =
  | { readonly type: 'ready' }
  | {
      readonly type: 'landmarks';
      /** Shares of the picture's width and height; null when no face was found. */
      readonly mesh: readonly (readonly [number, number])[] | null;
      readonly matrix: readonly number[] | null;
    };

declare const self: {
  onmessage: ((event: MessageEvent<ToLandmarks>) => void) | null;
  postMessage(message: FromLandmarks): void;
};

let landmarker: FaceLandmarker | null = null;

self.onmessage = ({ data }) => {
  if (data.type === 'init') {
    void TasksVision.compile(data.wasm)
      .then((tasks) =>
        tasks.open((files, canvas) =>
          FaceLandmarker.createFromOptions(files, {
            baseOptions: { modelAssetBuffer: new Uint8Array(data.model), delegate: 'CPU' },
            canvas,
            runningMode: 'IMAGE',
            numFaces: 1,
            outputFaceBlendshapes: false,
            outputFacialTransformationMatrixes: true,
          }),
        ),
      )
      .then((opened) => {
        landmarker = opened;
        self.postMessage({ type: 'ready' });
      });
    return;
  }
  if (landmarker === null) throw new Error('a picture came before the landmarker was ready');
  const result = landmarker.detect(data.picture);
  self.postMessage({
    type: 'landmarks',
    mesh: result.faceLandmarks[0]?.map(({ x, y }) => [x, y] as const) ?? null,
    matrix: result.facialTransformationMatrixes[0]?.data ?? null,
  });
};
