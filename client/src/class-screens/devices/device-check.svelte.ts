import { DeviceError, levelMeter, listDevices, openDevices, type LocalDevices } from '../../classroom/devices.ts';
import { keepChoice, keptChoice } from './device-choice.ts';

type Kind = 'camera' | 'microphone';
const LEVEL_EVERY_MS = 80;
/** On the scale of `levelMeter` about -39 dB: a quiet voice, and more than the noise of a room. */
export const HEARD_LEVEL = 0.35;

/**
 * A device check: opens what is wanted, one kind apart from the other, so that a missing camera does not cost the
 * microphone. Everything it opened is stopped by `close()`, but for what `handOver()` gave away.
 */
export class DeviceCheck {
  camera: MediaStreamTrack | null = $state.raw(null);
  microphone: MediaStreamTrack | null = $state.raw(null);
  errors: Partial<Record<Kind, DeviceError['kind']>> = $state({});
  opening = $state(false);
  /** Level of the microphone, 0 to 1. */
  level = $state(0);
  heard = $state(false);
  cameras: readonly MediaDeviceInfo[] = $state.raw([]);
  microphones: readonly MediaDeviceInfo[] = $state.raw([]);
  #meter: { level(): number; close(): void } | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #closed = false;

  /** Asks the browser for these kinds; resolves when it has answered for each. Never rejects. */
  async open(kinds: readonly Kind[]): Promise<void> {
    this.opening = true;
    const choice = keptChoice();
    if (kinds.length === 2 && (await this.#openTogether(choice))) kinds = [];
    for (const kind of kinds) await this.#openOne(kind, choice[kind] ?? true);
    await this.#list();
    this.opening = false;
  }

  /** Changes to another device and remembers it. */
  async choose(kind: Kind, deviceId: string): Promise<void> {
    this.#stop(kind);
    await this.#openOne(kind, deviceId);
    if (this[kind] !== null) keepChoice({ ...keptChoice(), [kind]: deviceId });
    await this.#list();
  }

  switchOff(kind: Kind): void {
    this.#stop(kind);
    this.errors = Object.fromEntries(Object.entries(this.errors).filter(([key]) => key !== kind));
  }

  /** Gives the open tracks away: from now on the caller stops them. */
  handOver(): LocalDevices {
    const devices: LocalDevices = {
      ...(this.camera === null ? {} : { camera: this.camera }),
      ...(this.microphone === null ? {} : { microphone: this.microphone }),
    };
    this.#closeMeter();
    this.camera = null;
    this.microphone = null;
    return devices;
  }

  close(): void {
    this.#closed = true;
    this.#stop('camera');
    this.#stop('microphone');
  }

  /** One question of the browser instead of two, where both can be had. */
  async #openTogether(choice: { camera?: string; microphone?: string }): Promise<boolean> {
    try {
      const devices = await openDevices({ camera: choice.camera ?? true, microphone: choice.microphone ?? true });
      this.#take('camera', devices.camera);
      this.#take('microphone', devices.microphone);
      this.errors = {};
      return true;
    } catch {
      return false;
    }
  }

  async #openOne(kind: Kind, wanted: string | true): Promise<void> {
    try {
      this.#take(kind, (await openDevices({ [kind]: wanted }))[kind]);
      this.errors = Object.fromEntries(Object.entries(this.errors).filter(([key]) => key !== kind));
    } catch (error) {
      const failure = error instanceof DeviceError ? error.kind : 'unknown';
      // The device that was chosen last time has gone: any other one will do.
      if (wanted !== true && (failure === 'overconstrained' || failure === 'none')) await this.#openOne(kind, true);
      else this.errors = { ...this.errors, [kind]: failure };
    }
  }

  #take(kind: Kind, track: MediaStreamTrack | undefined): void {
    if (track === undefined) return;
    if (this.#closed) {
      track.stop();
      return;
    }
    this[kind] = track;
    track.addEventListener('ended', () => {
      if (this[kind] === track) this.#stop(kind);
    });
    if (kind === 'microphone') this.#startMeter(track);
  }

  #startMeter(track: MediaStreamTrack): void {
    this.#closeMeter();
    const meter = levelMeter(track);
    this.#meter = meter;
    this.#timer = setInterval(() => {
      this.level = meter.level();
      if (this.level > HEARD_LEVEL) this.heard = true;
    }, LEVEL_EVERY_MS);
  }

  #closeMeter(): void {
    clearInterval(this.#timer);
    this.#meter?.close();
    this.#meter = null;
    this.level = 0;
  }

  #stop(kind: Kind): void {
    if (kind === 'microphone') this.#closeMeter();
    this[kind]?.stop();
    this[kind] = null;
  }

  async #list(): Promise<void> {
    try {
      const devices = await listDevices();
      this.cameras = devices.cameras;
      this.microphones = devices.microphones;
    } catch {
      // Without a list there is nothing to choose from: the browser's own choice stands.
    }
  }
}
