/** How the picture of the real camera is shown to what measures. */
export interface Staging {
  readonly width: number;
  readonly height: number;
  /** As a driver does that shows people themselves as in a mirror. */
  readonly mirrored: boolean;
  /** All but an oval round the middle in one colour, as a virtual background does. */
  readonly backdrop: boolean;
}

export interface StagedCamera {
  readonly track: MediaStreamTrack;
  stage(staging: Staging): void;
}

/** A camera that a test can turn, mirror and resize while it runs: a canvas that shows another one's picture, as large as it fits in. */
export async function openStagedCamera(source: MediaStreamTrack, first: Staging): Promise<StagedCamera> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([source]);
  await video.play();
  const canvas = document.createElement('canvas');
  // In memory: a captured canvas on a software GPU would keep everything else on it waiting.
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const [track] = canvas.captureStream().getVideoTracks();
  if (context === null || track === undefined) throw new Error('this browser captures no canvas');
  let staging = first;
  const draw = (): void => {
    if (canvas.width !== staging.width) canvas.width = staging.width;
    if (canvas.height !== staging.height) canvas.height = staging.height;
    if (staging.width > 0 && staging.height > 0) drawStaged(context, video, staging);
    video.requestVideoFrameCallback(draw);
  };
  draw();
  return {
    track,
    stage: (next) => {
      staging = next;
    },
  };
}

function drawStaged(context: CanvasRenderingContext2D, video: HTMLVideoElement, staging: Staging): void {
  const { width, height, mirrored, backdrop } = staging;
  const scale = Math.max(width / video.videoWidth, height / video.videoHeight);
  context.save();
  context.translate(width / 2, height / 2);
  context.scale(mirrored ? -scale : scale, scale);
  if (backdrop) {
    context.fillStyle = 'rgb(70 90 110)';
    context.fillRect(-width, -height, 2 * width, 2 * height);
    context.beginPath();
    context.ellipse(0, 0, 0.22 * video.videoWidth, 0.45 * video.videoHeight, 0, 0, 2 * Math.PI);
    context.clip();
  }
  context.drawImage(video, -video.videoWidth / 2, -video.videoHeight / 2);
  context.restore();
}
