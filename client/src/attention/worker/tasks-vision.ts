import moduleFactory from '@mediapipe/tasks-vision/vision_wasm_module_internal.js';

/** What tasks-vision looks for on the global object before it makes a task. */
interface TasksVisionScope {
  ModuleFactory?: unknown;
  Module?: object;
}

/** An empty loader path: tasks-vision loads no script when the factory is already there. */
const FILES = { wasmLoaderPath: '', wasmBinaryPath: 'landmarker.wasm' } as const;

/** The wasm of tasks-vision, compiled once for all tasks. Nothing is fetched: the glue is part of this bundle. */
export class TasksVision {
  readonly #compiled: WebAssembly.Module;

  private constructor(compiled: WebAssembly.Module) {
    this.#compiled = compiled;
  }

  /** Rejects when `wasm` is not WebAssembly that this browser can run. */
  static async compile(wasm: ArrayBuffer): Promise<TasksVision> {
    return new TasksVision(await WebAssembly.compile(wasm));
  }

  /** Makes one task on an instance of its own; `create` passes both on to tasks-vision. Its pictures are best given as ImageData. */
  open<T>(create: (files: typeof FILES, canvas: OffscreenCanvas) => Promise<T>): Promise<T> {
    const compiled = this.#compiled;
    const scope = globalThis as TasksVisionScope;
    scope.ModuleFactory = moduleFactory;
    scope.Module = {
      instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
        void WebAssembly.instantiate(compiled, imports).then(done);
        return {};
      },
      print: () => undefined,
      printErr: () => undefined,
    };
    return create(FILES, makeCanvas());
  }
}

/**
 * On the CPU tasks-vision uploads every picture as a texture and reads it back at once. This canvas hands the bytes of ImageData
 * through instead: no way over the GPU, and a lost context cannot leave the last picture standing for all later ones.
 */
function makeCanvas(): OffscreenCanvas {
  const canvas = new OffscreenCanvas(1, 1);
  const gl = canvas.getContext('webgl2');
  if (gl === null) throw new Error('this browser gives a worker no WebGL 2');
  const upload = gl.texImage2D.bind(gl) as (...values: unknown[]) => void;
  const read = gl.readPixels.bind(gl) as (...values: unknown[]) => void;
  let picture: ImageData | null = null;
  Object.assign(gl, {
    texImage2D(...values: unknown[]) {
      const source = values.at(-1);
      picture = source instanceof ImageData ? source : null;
      if (picture === null) upload(...values);
    },
    readPixels(...values: unknown[]) {
      if (picture === null) {
        read(...values);
        return;
      }
      const [x, y, width, height, format, type, pixels, at] = values;
      const isWhole = x === 0 && y === 0 && width === picture.width && height === picture.height;
      if (!isWhole || format !== gl.RGBA || type !== gl.UNSIGNED_BYTE || !(pixels instanceof Uint8Array)) {
        throw new Error('tasks-vision read the picture in a way that is not known');
      }
      pixels.set(picture.data, Number(at ?? 0));
    },
  });
  return canvas;
}
