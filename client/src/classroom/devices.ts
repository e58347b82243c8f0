export type DeviceKind = 'camera' | 'microphone';

/** Tracks that were opened on this device. Whoever holds them stops them. */
export interface LocalDevices {
  readonly camera?: MediaStreamTrack;
  readonly microphone?: MediaStreamTrack;
}

/** What to open: any device of the kind, or one by its id. */
export interface DeviceWish {
  readonly camera?: string | true;
  readonly microphone?: string | true;
}

/** `lost` is a device that ended while it was open: unplugged, or its permission taken back. */
type DeviceErrorKind = 'denied' | 'none' | 'in-use' | 'insecure' | 'overconstrained' | 'lost' | 'unknown';

/** Why a camera or microphone cannot be had; each kind has its own words and a way on. */
export class DeviceError extends Error {
  readonly kind: DeviceErrorKind;

  constructor(kind: DeviceErrorKind, cause?: unknown) {
    super(`no camera or microphone: ${kind}`, { cause });
    this.name = 'DeviceError';
    this.kind = kind;
  }
}

/** Browsers name these errors differently; the older names still live in WebViews. */
const KINDS: Readonly<Record<string, DeviceErrorKind>> = {
  NotAllowedError: 'denied',
  PermissionDeniedError: 'denied',
  SecurityError: 'insecure',
  NotFoundError: 'none',
  DevicesNotFoundError: 'none',
  NotReadableError: 'in-use',
  TrackStartError: 'in-use',
  AbortError: 'in-use',
  OverconstrainedError: 'overconstrained',
  ConstraintNotSatisfiedError: 'overconstrained',
};

/** Says in one word what `getUserMedia` or `getDisplayMedia` rejected with. */
export function deviceErrorOf(error: unknown): DeviceError {
  if (error instanceof DeviceError) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  return new DeviceError(KINDS[name] ?? 'unknown', error);
}

/** Opens camera, microphone or both with one question of the browser. Rejects with DeviceError. */
export async function openDevices(wish: DeviceWish): Promise<LocalDevices> {
  const devices = mediaDevices();
  try {
    const stream = await devices.getUserMedia({
      ...(wish.camera === undefined ? {} : { video: cameraConstraints(wish.camera) }),
      ...(wish.microphone === undefined ? {} : { audio: microphoneConstraints(wish.microphone) }),
    });
    const [camera] = stream.getVideoTracks();
    const [microphone] = stream.getAudioTracks();
    return { ...(camera ? { camera } : {}), ...(microphone ? { microphone } : {}) };
  } catch (error) {
    throw deviceErrorOf(error);
  }
}

/** Opens the device with this id, or any other of its kind when that has gone. Rejects with DeviceError. */
export async function openDevice(kind: DeviceKind, deviceId: string | undefined): Promise<MediaStreamTrack> {
  try {
    const track = (await openDevices({ [kind]: deviceId ?? true }))[kind];
    if (track === undefined) throw new DeviceError('none');
    return track;
  } catch (error) {
    const hasGone = error instanceof DeviceError && (error.kind === 'overconstrained' || error.kind === 'none');
    if (deviceId === undefined || !hasGone) throw error;
    return await openDevice(kind, undefined);
  }
}

/** Tells of every device that is plugged in or taken away, until the answer is called. */
export function onDevicesChanged(listener: () => void): () => void {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  devices?.addEventListener('devicechange', listener);
  return () => devices?.removeEventListener('devicechange', listener);
}

/** What can be chosen from. Before the first permission the browser hides names and ids. Rejects with DeviceError. */
export async function listDevices(): Promise<{ cameras: MediaDeviceInfo[]; microphones: MediaDeviceInfo[] }> {
  try {
    const all = await mediaDevices().enumerateDevices();
    return {
      cameras: all.filter(({ kind }) => kind === 'videoinput'),
      microphones: all.filter(({ kind }) => kind === 'audioinput'),
    };
  } catch (error) {
    throw deviceErrorOf(error);
  }
}

/** The loudness of a microphone, 0 to 1, whenever it is asked for; nothing is played or kept. */
export function levelMeter(track: MediaStreamTrack): { level(): number; close(): void } {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    level() {
      // Opened without a click the context waits; asking again after one starts it.
      if (context.state === 'suspended') void context.resume();
      analyser.getFloatTimeDomainData(samples);
      return loudness(samples);
    },
    close() {
      source.disconnect();
      void context.close();
    },
  };
}

/** Root mean square on a scale from -60 dB (0) to 0 dB (1), close to what an ear calls half as loud. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / Math.max(1, samples.length));
  return Math.min(1, Math.max(0, 1 + decibels / 60));
}

function mediaDevices(): MediaDevices {
  // Typed as always there, absent on pages that are neither HTTPS nor localhost.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new DeviceError('insecure');
  return devices;
}

function cameraConstraints(wish: string | true): MediaTrackConstraints {
  return {
    ...(wish === true ? {} : { deviceId: { exact: wish } }),
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
  };
}

function microphoneConstraints(wish: string | true): MediaTrackConstraints {
  return {
    ...(wish === true ? {} : { deviceId: { exact: wish } }),
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
  };
}
