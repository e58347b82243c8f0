import { DeviceError, openDevices } from '../../classroom/devices.ts';
import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { toasts } from '../../design/toasts.svelte.ts';
import { deviceWords } from '../devices/device-words.ts';
import { keptChoice } from '../devices/device-choice.ts';
import { attempt } from '../session/attempt.ts';

/** False on phones, whose browsers show no screen, and on pages that are not secure. */
export function canShareScreen(): boolean {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  return devices !== undefined && 'getDisplayMedia' in devices;
}

/**
 * The switches of somebody on the stage. A microphone is muted and stays open, so that it speaks at once; a camera that is
 * switched off is closed, so that its light goes out.
 */
export class StageDevices {
  busy: 'microphone' | 'camera' | 'screen' | null = $state(null);
  /** When the person last switched the microphone: a mute at another time came from staff. */
  lastMicrophoneClickMs = 0;
  readonly #session: ClassSession;

  constructor(session: ClassSession) {
    this.#session = session;
  }

  get microphoneOn(): boolean {
    return this.#session.local.get('microphone')?.muted === false;
  }

  get cameraOn(): boolean {
    return this.#session.local.get('camera')?.muted === false;
  }

  get screenOn(): boolean {
    return this.#session.local.has('screen');
  }

  toggleMicrophone(): Promise<void> {
    this.lastMicrophoneClickMs = Date.now();
    const microphone = this.#session.local.get('microphone');
    return this.#once('microphone', async () => {
      if (microphone === undefined) await this.#publish('microphone');
      else await attempt(async () => this.#session.setMuted('microphone', !microphone.muted));
    });
  }

  toggleCamera(): Promise<void> {
    return this.#once('camera', async () => {
      if (this.#session.local.has('camera')) await attempt(async () => this.#session.unpublish('camera'));
      else await this.#publish('camera');
    });
  }

  toggleScreen(): Promise<void> {
    return this.#once('screen', async () => {
      if (this.screenOn) await this.#stopSharing();
      else await this.#share();
    });
  }

  async #stopSharing(): Promise<void> {
    await attempt(async () => {
      await this.#session.unpublish('screen');
      if (this.#session.local.has('screen-audio')) await this.#session.unpublish('screen-audio');
    });
  }

  /** Closing the browser's own picker is an answer, not an error. */
  async #share(): Promise<void> {
    try {
      await this.#session.shareScreen();
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotAllowedError') return;
      if (error instanceof DeviceError && error.kind === 'denied') return;
      await attempt(() => Promise.reject(error instanceof Error ? error : new Error(String(error))));
    }
  }

  async #publish(kind: 'microphone' | 'camera'): Promise<void> {
    let track: MediaStreamTrack | undefined;
    try {
      track = (await openDevices({ [kind]: keptChoice()[kind] ?? true }))[kind];
    } catch (error) {
      const words = deviceWords(error instanceof DeviceError ? error.kind : 'unknown');
      toasts.show(`${words.title} ${words.text}`, 'error');
      return;
    }
    if (track === undefined) return;
    const opened = track;
    if (!(await attempt(() => this.#session.publish(kind, opened)))) opened.stop();
  }

  async #once(kind: 'microphone' | 'camera' | 'screen', action: () => Promise<void>): Promise<void> {
    if (this.busy === kind) return;
    this.busy = kind;
    try {
      await action();
    } finally {
      this.busy = null;
    }
  }
}
