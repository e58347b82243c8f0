import type { ToWorker } from './protocol.ts';

/** Where the worker's frames come from. Closing it stops what was cloned or drawn; the caller's track stays as it was. */
export interface FrameFeed {
  /** Which of the three ways this browser offers. */
  readonly way: 'stream' | 'track' | 'bitmaps';
  /** The first message for the worker, and what must be transferred with it; none for bitmaps. */
  readonly handover: { readonly message: ToWorker; readonly transfer: readonly Transferable[] } | null;
  /** For bitmaps only: the worker is free for one more. */
  deliverNext(post: (bitmap: ImageBitmap) => void): void;
  close(): void;
}

/** Frames are looked at in this size at most. */
const MAX_WIDTH = 640;
const MAX_HEIGHT = 480;
/** Of a faster camera most frames would be thrown away unseen. */
const MAX_CAMERA_HZ = 30;

/** Opens the frames of a camera for the worker. `bitmapSource` draws for browsers that can do neither of the others. */
export type OpenFrames = (track: MediaStreamTrack) => FrameFeed;

/**
 * Opens a camera track: Chromium's processor in the page, with its stream transferred; else (Safari) a clone of the track
 * itself; else bitmaps of an off-page video element. Frames are scaled to at most 640x480 by the worker, or here for bitmaps.
 */
export const openCameraFrames: OpenFrames = (track) => {
  if ('MediaStreamTrackProcessor' in globalThis) return streamFeed(track);
  if (canTransferTracks(track)) return trackFeed(track);
  return bitmapFeed(track);
};

function streamFeed(track: MediaStreamTrack): FrameFeed {
  const clone = track.clone() as MediaStreamVideoTrack;
  void narrow(clone);
  const processor = new MediaStreamTrackProcessor({ track: clone, maxBufferSize: 1 });
  const { readable } = processor;
  return {
    way: 'stream',
    handover: { message: { type: 'frames', readable }, transfer: [readable] },
    deliverNext: () => undefined,
    close: () => {
      clone.stop();
    },
  };
}

/**
 * Asks the browser for frames of the clone as small as they are looked at. Chromium draws a frame that it was asked to narrow at once in
 * its small size: of 1280x720 that is 6 ms where scaling it while drawing took 230, and one of 8K unscaled took the page down.
 */
async function narrow(clone: MediaStreamTrack): Promise<void> {
  const { frameRate } = clone.getSettings();
  await clone
    .applyConstraints({
      width: { max: MAX_WIDTH },
      height: { max: MAX_HEIGHT },
      ...(frameRate !== undefined && frameRate > MAX_CAMERA_HZ ? { frameRate: { max: MAX_CAMERA_HZ } } : {}),
    })
    // A camera that knows no such size gives the frames that it has; the worker scales them.
    .catch(() => undefined);
}

function trackFeed(track: MediaStreamTrack): FrameFeed {
  const clone = track.clone();
  // The DOM library does not list tracks as transferable yet; Safari does transfer them.
  const transferable = clone as unknown as Transferable;
  return {
    way: 'track',
    handover: { message: { type: 'track', track: clone }, transfer: [transferable] },
    deliverNext: () => undefined,
    close: () => {
      clone.stop();
    },
  };
}

/** True where a track survives a structured clone with transfer: tried on a clone that is stopped at once. */
function canTransferTracks(track: MediaStreamTrack): boolean {
  const probe = track.clone();
  try {
    const moved = structuredClone(probe, { transfer: [probe as unknown as Transferable] });
    moved.stop();
    return true;
  } catch {
    probe.stop();
    return false;
  }
}

function bitmapFeed(track: MediaStreamTrack): FrameFeed {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  void video.play().catch(() => undefined);
  let callback: number | null = null;
  let closed = false;
  return {
    way: 'bitmaps',
    handover: null,
    deliverNext(post) {
      if (closed || callback !== null) return;
      callback = video.requestVideoFrameCallback(() => {
        callback = null;
        const scale = Math.min(1, MAX_WIDTH / video.videoWidth, MAX_HEIGHT / video.videoHeight);
        const options = {
          resizeWidth: Math.round(video.videoWidth * scale),
          resizeHeight: Math.round(video.videoHeight * scale),
        };
        createImageBitmap(video, options).then(
          (bitmap) => {
            if (closed) bitmap.close();
            else post(bitmap);
          },
          // A frame that cannot be drawn (zero size while the camera starts) is asked for again.
          () => {
            this.deliverNext(post);
          },
        );
      });
    },
    close() {
      closed = true;
      if (callback !== null) video.cancelVideoFrameCallback(callback);
      video.srcObject = null;
    },
  };
}
