import { SvelteSet } from 'svelte/reactivity';
import { DeviceError, openDevice, type DeviceKind } from '../../classroom/devices.ts';
import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { toasts } from '../../design/toasts.svelte.ts';
import { deviceWords } from '../devices/device-words.ts';
import { keptChoice } from '../devices/device-choice.ts';
import { publishDevice, stageErrorText } from '../devices/publish-device.ts';
import type { OnStage } from '../devices/stage-memory.ts';
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
  /** What is being turned on: the browser asks, or the server has not answered. */
  readonly busy = new SvelteSet<DeviceKind | 'screen'>();
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

  async toggleMicrophone(): Promise<void> {
    this.lastMicrophoneClickMs = Date.now();
    const microphone = this.#session.local.get('microphone');
    if (microphone === undefined) await this.#once('microphone', () => this.#publish('microphone'));
    else await this.#setMuted(!microphone.muted);
  }

  async toggleCamera(): Promise<void> {
    if (this.#session.local.has('camera')) await attempt(() => this.#session.unpublish('camera'));
    else await this.#once('camera', () => this.#publish('camera'));
  }

  async toggleScreen(): Promise<void> {
    if (this.screenOn) await this.#stopSharing();
    else await this.#once('screen', () => this.#share());
  }

  /** What was on before a reload, by one click: the devices that were used, and a muted microphone muted. */
  async turnOnAgain({ camera, microphone, muted }: OnStage): Promise<void> {
    const on: Promise<void>[] = [];
    if (microphone !== undefined)
      on.push(this.#once('microphone', () => this.#publish('microphone', microphone, muted)));
    if (camera !== undefined) on.push(this.#once('camera', () => this.#publish('camera', camera)));
    await Promise.all(on);
  }

  async #setMuted(muted: boolean): Promise<void> {
    try {
      await this.#session.setMuted('microphone', muted);
    } catch (error) {
      toasts.show(stageErrorText('microphone', error), 'error');
    }
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
      toasts.show(stageErrorText('screen', error), 'error');
    }
  }

  async #publish(kind: DeviceKind, deviceId = keptChoice()[kind] ?? '', muted = false): Promise<void> {
    let track: MediaStreamTrack;
    try {
      track = await openDevice(kind, deviceId === '' ? undefined : deviceId);
    } catch (error) {
      const words = deviceWords(error instanceof DeviceError ? error.kind : 'unknown');
      toasts.show(`${words.title} ${words.text}`, 'error');
      return;
    }
    await publishDevice(this.#session, kind, track, muted);
  }

  async #once(kind: DeviceKind | 'screen', action: () => Promise<void>): Promise<void> {
    if (this.busy.has(kind)) return;
    this.busy.add(kind);
    try {
      await action();
    } finally {
      this.busy.delete(kind);
    }
  }
}
