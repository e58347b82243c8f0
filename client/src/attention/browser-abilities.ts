/** What measuring needs and a browser may lack; each has its own words and way on in the message catalogue. */
export type BrowserLack = 'webassembly-off' | 'graphics-off' | 'browser-too-old';

/** The smallest module that uses a 128-bit vector: browsers without SIMD refuse it. */
const SIMD_MODULE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123],
  ...[3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
);

/** The parts of a browser that are looked at, as its global object has them. */
export interface BrowserScope {
  readonly WebAssembly?: Pick<typeof WebAssembly, 'validate'>;
  readonly OffscreenCanvas?: new (width: number, height: number) => Pick<OffscreenCanvas, 'getContext'>;
  readonly MediaStreamTrackProcessor?: unknown;
  readonly HTMLVideoElement?: { readonly prototype: object };
}

/**
 * What this browser lacks, or null when it can measure: asked before anything is downloaded, and without running any
 * WebAssembly, which the page's policy forbids.
 */
export function missingAbility(scope: BrowserScope = globalThis): BrowserLack | null {
  if (scope.WebAssembly === undefined) return 'webassembly-off';
  if (!scope.WebAssembly.validate(SIMD_MODULE)) return 'browser-too-old';
  if (scope.OffscreenCanvas === undefined) return 'browser-too-old';
  if (new scope.OffscreenCanvas(1, 1).getContext('2d') === null) return 'browser-too-old';
  if (new scope.OffscreenCanvas(1, 1).getContext('webgl2') === null) return 'graphics-off';
  return givesFrames(scope) ? null : 'browser-too-old';
}

/** Safari's way, a track that is transferred, came after the video element's. */
function givesFrames({ MediaStreamTrackProcessor: processor, HTMLVideoElement: video }: BrowserScope): boolean {
  return processor !== undefined || (video !== undefined && 'requestVideoFrameCallback' in video.prototype);
}
