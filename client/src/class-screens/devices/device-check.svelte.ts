import { SvelteSet } from 'svelte/reactivity';
import {
  DeviceError,
  levelMeter,
  listDevices,
  onDevicesChanged,
  openDevice,
  openDevices,
  type DeviceKind,
  type LocalDevices,
} from '../../classroom/devices.ts';
import { keepChoice, keptChoice, type DeviceChoice } from './device-choice.ts';

type ErrorKind = DeviceError['kind'];
const KINDS = ['camera', 'microphone'] as const satisfies readonly DeviceKind[];
/** Asked for one apart from the other these may still come to something; after any other answer nobody is asked again. */
const WORTH_ASKING_APART: readonly ErrorKind[] = ['none', 'in-use', 'overconstrained'];
const LEVEL_EVERY_MS = 80;
/** On the scale of `levelMeter` about -39 dB: a quiet voice, and more than the noise of a room. */
export const HEARD_LEVEL = 0.35;

const BROWSER = { openDevices, openDevice, listDevices, onDevicesChanged, levelMeter, keptChoice, keepChoice };
/** What a check needs of the browser. */
export type DeviceAccess = typeof BROWSER;

/**
 * A device check: opens what is wanted, so that a missing camera does not cost the microphone. Everything it opened is
 * stopped by `close()`, but for what `handOver()` gave away.
 */
export class DeviceCheck {
  camera: MediaStreamTrack | null = $state.raw(null);
  microphone: MediaStreamTrack | null = $state.raw(null);
  errors: Partial<Record<DeviceKind, ErrorKind>> = $state({});
  /** What the browser was asked for and has not answered. */
  readonly asking = new SvelteSet<DeviceKind>();
  /** True once anything was asked for, until it is handed over. */
  asked = $state(false);
  /** Which device of a kind runs, or is to; stays when it is lost. Null while the kind was not opened, or is switched off. */
  chosen: Record<DeviceKind, string | null> = $state({ camera: null, microphone: null });
  /** Level of the microphone, 0 to 1. */
  level = $state(0);
  heard = $state(false);
  cameras: readonly MediaDeviceInfo[] = $state.raw([]);
  microphones: readonly MediaDeviceInfo[] = $state.raw([]);
  readonly #devices: DeviceAccess;
  /** What is open. Not reactive: while a screen is taken away, reactive state reads as it was before. */
  readonly #open: Record<DeviceKind, MediaStreamTrack | null> = { camera: null, microphone: null };
  /** Counts what was decided of each kind: a device that an older question brings is stopped. */
  readonly #turns: Record<DeviceKind, number> = { camera: 0, microphone: 0 };
  #meter: { level(): number; close(): void } | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #unfollow: (() => void) | null = null;
  #closed = false;

  constructor(devices: DeviceAccess = BROWSER) {
    this.#devices = devices;
  }

  /** Asks the browser for these kinds; resolves when it has answered for each. Never rejects. */
  async open(kinds: readonly DeviceKind[]): Promise<void> {
    this.asked = true;
    this.#unfollow ??= this.#devices.onDevicesChanged(() => void this.#list());
    const choice = this.#devices.keptChoice();
    const turns = kinds.map((kind) => [kind, this.#begin(kind)] as const);
    const answered = turns.length === KINDS.length && (await this.#openTogether(turns, choice));
    if (!answered) for (const [kind, turn] of turns) await this.#openOne(kind, turn, choice[kind]);
    await this.#list();
  }

  /** Changes to another device and remembers it. */
  async choose(kind: DeviceKind, deviceId: string): Promise<void> {
    const turn = this.#begin(kind);
    // A phone opens one camera at a time.
    this.#stop(kind);
    this.chosen[kind] = deviceId;
    await this.#openOne(kind, turn, deviceId);
    if (this.#open[kind]?.getSettings().deviceId === deviceId) this.#remember(kind, deviceId);
    await this.#list();
  }

  switchOff(kind: DeviceKind): void {
    this.#settle(kind);
    this.#stop(kind);
    this.chosen[kind] = null;
    this.#clearError(kind);
  }

  /** Gives the open tracks away: from now on the caller stops them. What the browser still brings is stopped. */
  handOver(): LocalDevices {
    const { camera, microphone } = this.#open;
    for (const kind of KINDS) {
      this.#open[kind] = null;
      this.switchOff(kind);
    }
    this.asked = false;
    return { ...(camera ? { camera } : {}), ...(microphone ? { microphone } : {}) };
  }

  close(): void {
    this.#closed = true;
    this.#unfollow?.();
    for (const kind of KINDS) this.#stop(kind);
  }

  #remember(kind: DeviceKind, deviceId: string): void {
    this.#devices.keepChoice({ ...this.#devices.keptChoice(), [kind]: deviceId });
  }

  #begin(kind: DeviceKind): number {
    this.#turns[kind] += 1;
    this.asking.add(kind);
    return this.#turns[kind];
  }

  /** Nothing that was asked for before counts any more. */
  #settle(kind: DeviceKind): void {
    this.#turns[kind] += 1;
    this.asking.delete(kind);
  }

  #counts(kind: DeviceKind, turn: number): boolean {
    return !this.#closed && this.#turns[kind] === turn;
  }

  /** One question of the browser instead of two. True when its answer stands for both. */
  async #openTogether(turns: readonly (readonly [DeviceKind, number])[], choice: DeviceChoice): Promise<boolean> {
    try {
      const opened = await this.#devices.openDevices({
        camera: choice.camera ?? true,
        microphone: choice.microphone ?? true,
      });
      for (const [kind, turn] of turns) this.#take(kind, turn, opened[kind]);
      return true;
    } catch (error) {
      const failure = failureOf(error);
      if (WORTH_ASKING_APART.includes(failure)) return false;
      for (const [kind, turn] of turns) this.#fail(kind, turn, failure);
      return true;
    }
  }

  async #openOne(kind: DeviceKind, turn: number, deviceId: string | undefined): Promise<void> {
    if (!this.#counts(kind, turn)) return;
    try {
      this.#take(kind, turn, await this.#devices.openDevice(kind, deviceId));
    } catch (error) {
      this.#fail(kind, turn, failureOf(error));
    }
  }

  #take(kind: DeviceKind, turn: number, track: MediaStreamTrack | undefined): void {
    if (!this.#counts(kind, turn)) {
      track?.stop();
      return;
    }
    if (track === undefined) {
      this.#fail(kind, turn, 'none');
      return;
    }
    this.#settle(kind);
    this.#stop(kind);
    this.#clearError(kind);
    this.#open[kind] = track;
    this[kind] = track;
    this.chosen[kind] = track.getSettings().deviceId ?? '';
    track.addEventListener('ended', () => {
      if (this.#open[kind] !== track) return;
      this.#stop(kind);
      this.errors = { ...this.errors, [kind]: 'lost' };
    });
    if (kind === 'microphone') this.#startMeter(track);
  }

  #fail(kind: DeviceKind, turn: number, failure: ErrorKind): void {
    if (!this.#counts(kind, turn)) return;
    this.#settle(kind);
    this.errors = { ...this.errors, [kind]: failure };
  }

  #clearError(kind: DeviceKind): void {
    this.errors = Object.fromEntries(Object.entries(this.errors).filter(([key]) => key !== kind));
  }

  #startMeter(track: MediaStreamTrack): void {
    this.#closeMeter();
    const meter = this.#devices.levelMeter(track);
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

  #stop(kind: DeviceKind): void {
    if (kind === 'microphone') this.#closeMeter();
    this.#open[kind]?.stop();
    this.#open[kind] = null;
    this[kind] = null;
  }

  async #list(): Promise<void> {
    try {
      const devices = await this.#devices.listDevices();
      this.cameras = devices.cameras;
      this.microphones = devices.microphones;
    } catch {
      // Without a list there is nothing to choose from: the browser's own choice stands.
    }
  }
}

function failureOf(error: unknown): ErrorKind {
  return error instanceof DeviceError ? error.kind : 'unknown';
}
