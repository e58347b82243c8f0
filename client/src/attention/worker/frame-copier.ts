import { makeCanvas, type Picture } from './vision.ts';

/** What is read of a frame of the camera. */
export type CameraFrame = Pick<
  VideoFrame,
  'displayWidth' | 'displayHeight' | 'visibleRect' | 'allocationSize' | 'copyTo' | 'close'
> & {
  /** In degrees, and whether it is mirrored; a browser without them knows of neither. */
  readonly rotation?: number;
  readonly flip?: boolean;
};

/** A frame that is larger is drawn: to copy it whole would take more memory than all the rest. */
const MAX_COPIED_PIXELS = 1920 * 1080;

/**
 * Copies frames of one camera, so that none is drawn itself: what Chromium decodes to draw a frame it keeps in a cache of half a gigabyte,
 * where no frame is ever asked for again. The pixels are the same.
 */
export class FrameCopier {
  #context: OffscreenCanvasRenderingContext2D | null = null;
  #pixels: ImageData | null = null;

  /**
   * The frame's picture, good until the next call; the frame itself where this browser cannot copy it as RGBA, or it must be turned or is too large.
   * The frame stays open.
   */
  async copy(frame: CameraFrame): Promise<Picture> {
    const { displayWidth: width, displayHeight: height, visibleRect } = frame;
    const itself = { source: frame as VideoFrame, width, height };
    if (visibleRect === null || (frame.rotation ?? 0) !== 0 || frame.flip === true) return itself;
    const { width: columns, height: rows } = visibleRect;
    if (columns * rows > MAX_COPIED_PIXELS) return itself;
    const pixels = this.#pixelsOf(columns, rows);
    try {
      // A browser that converts no formats leaves the option aside, and would give planes.
      if (frame.allocationSize({ format: 'RGBA' }) !== pixels.data.byteLength) return itself;
      await frame.copyTo(pixels.data, { format: 'RGBA' });
    } catch {
      return itself;
    }
    const context = this.#contextOf(columns, rows);
    context.putImageData(pixels, 0, 0);
    return { source: context.canvas, width, height, pixels };
  }

  #pixelsOf(width: number, height: number): ImageData {
    if (this.#pixels?.width !== width || this.#pixels.height !== height) this.#pixels = new ImageData(width, height);
    return this.#pixels;
  }

  #contextOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
    const { canvas } = (this.#context ??= makeCanvas(width, height));
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    return this.#context;
  }
}
