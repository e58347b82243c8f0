import {
  LinearToneMapping,
  NoToneMapping,
  WebGLRenderer,
  type Camera,
  type Scene,
  type WebGLRenderTarget,
  type WebGLProgram,
} from 'three';

/**
 * The one WebGL renderer of a page, for all its clips: with one for each, software GL would compile every shader again, which costs as
 * much as a hundred frames. What it drew last stands on `canvas`, transparent where nothing is.
 */
export class Lens {
  static #shared: Lens | null = null;
  readonly canvas = new OffscreenCanvas(1, 1);
  readonly #renderer: WebGLRenderer;
  readonly #kept = new Set<WebGLProgram>();

  private constructor() {
    this.#renderer = new WebGLRenderer({
      canvas: this.canvas,
      antialias: false,
      alpha: true,
      preserveDrawingBuffer: true,
    });
    this.#renderer.setClearColor(0x000000, 0);
  }

  static shared(): Lens {
    return (this.#shared ??= new Lens());
  }

  /** Draws onto `canvas` as a sensor with this gain sees it. */
  expose(scene: Scene, camera: Camera, size: { readonly width: number; readonly height: number }, gain: number): void {
    const { width, height } = size;
    if (this.canvas.width !== width || this.canvas.height !== height) this.#renderer.setSize(width, height, false);
    this.#renderer.toneMapping = LinearToneMapping;
    this.#renderer.toneMappingExposure = gain;
    this.#renderer.setRenderTarget(null);
    this.#renderer.render(scene, camera);
    this.#keepPrograms();
  }

  /** Draws into a target, as light. */
  print(scene: Scene, camera: Camera, target: WebGLRenderTarget): void {
    this.#renderer.toneMapping = NoToneMapping;
    this.#renderer.setRenderTarget(target);
    this.#renderer.render(scene, camera);
    this.#keepPrograms();
  }

  /** A program goes when the last material that uses it does, unless one more user is counted. */
  #keepPrograms(): void {
    for (const program of this.#renderer.info.programs ?? []) {
      if (this.#kept.has(program)) continue;
      this.#kept.add(program);
      program.usedTimes++;
    }
  }
}
