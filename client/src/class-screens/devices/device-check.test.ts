import { afterEach, describe, expect, it } from 'vitest';
import { DeviceError, type DeviceKind, type DeviceWish } from '../../classroom/devices.ts';
import { TestTrack } from '../../classroom/test-media.ts';
import { DeviceCheck, type DeviceAccess } from './device-check.svelte.ts';

/** A browser whose answers a test gives: each question waits until it is answered. */
class TestDevices implements DeviceAccess {
  readonly questions: string[] = [];
  readonly opened: MediaStreamTrack[] = [];
  devicesChanged: (() => void) | null = null;
  lists = 0;
  kept = {};
  /** Refusals by question; what is not refused is given. */
  readonly refusals = new Map<string, DeviceError['kind']>();
  #hold: Promise<void> = Promise.resolve();

  /** Answers nothing more until the call that this gives. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#hold = promise.then(() => undefined);
    return () => {
      this.#hold = Promise.resolve();
      resolve(undefined);
    };
  }

  openDevices = async ({ camera, microphone }: DeviceWish) => {
    await this.#answer('both');
    return { camera: this.#open('camera', camera), microphone: this.#open('microphone', microphone) };
  };
  openDevice = async (kind: DeviceKind, deviceId: string | undefined) => {
    await this.#answer(kind);
    return this.#open(kind, deviceId);
  };
  listDevices = () => {
    this.lists += 1;
    return Promise.resolve({ cameras: [], microphones: [] });
  };
  onDevicesChanged = (listener: () => void) => {
    this.devicesChanged = listener;
    return () => {
      this.devicesChanged = null;
    };
  };
  levelMeter = () => ({ level: () => 0, close: () => undefined });
  keptChoice = () => this.kept;
  keepChoice = (choice: object) => {
    this.kept = choice;
  };

  /** Devices that run now. */
  get live(): number {
    return this.opened.filter(({ readyState }) => readyState === 'live').length;
  }

  async #answer(question: string): Promise<void> {
    this.questions.push(question);
    await this.#hold;
    const refusal = this.refusals.get(question);
    if (refusal !== undefined) throw new DeviceError(refusal);
  }

  #open(kind: DeviceKind, wanted: string | true | undefined): MediaStreamTrack {
    const track = TestTrack.of(kind === 'camera' ? 'video' : 'audio');
    const deviceId = typeof wanted === 'string' ? wanted : `any ${kind}`;
    track.getSettings = () => ({ deviceId });
    this.opened.push(track);
    return track;
  }
}

let check: DeviceCheck;
function checking(): TestDevices {
  const devices = new TestDevices();
  check = new DeviceCheck(devices);
  return devices;
}

afterEach(() => {
  check.close();
});

describe('asking the browser', () => {
  it.each(['denied', 'insecure', 'unknown'] as const)('asks once when the answer is %s', async (refusal) => {
    const devices = checking();
    devices.refusals.set('both', refusal);
    await check.open(['camera', 'microphone']);
    expect(devices.questions).toEqual(['both']);
    expect(check.errors).toEqual({ camera: refusal, microphone: refusal });
  });

  it.each(['none', 'in-use', 'overconstrained'] as const)(
    'asks for each apart when together it is %s',
    async (refusal) => {
      const devices = checking();
      devices.refusals.set('both', refusal).set('camera', refusal);
      await check.open(['camera', 'microphone']);
      expect(devices.questions).toEqual(['both', 'camera', 'microphone']);
      expect(check.errors).toEqual({ camera: refusal });
      expect(check.microphone).not.toBeNull();
    },
  );
});

describe('choosing another device', () => {
  it('keeps the choice on the screen meanwhile, and says that the browser is asked', async () => {
    const devices = checking();
    await check.open(['camera']);
    const answer = devices.hold();
    const chosen = check.choose('camera', 'b');
    expect(check.chosen.camera).toBe('b');
    expect(check.asking.has('camera')).toBe(true);
    answer();
    await chosen;
    expect(check.asking.has('camera')).toBe(false);
    expect(check.camera?.getSettings().deviceId).toBe('b');
    expect(devices.kept).toEqual({ camera: 'b' });
    expect(devices.live).toBe(1);
  });

  it('leaves no other device on when the camera is turned on or chosen again meanwhile', async () => {
    const devices = checking();
    await check.open(['camera']);
    const answer = devices.hold();
    const questions = [check.choose('camera', 'b'), check.open(['camera']), check.choose('camera', 'c')];
    answer();
    await Promise.all(questions);
    expect(check.camera?.getSettings().deviceId).toBe('c');
    expect(devices.live).toBe(1);
  });

  it('leaves no camera on that was switched off, handed over or closed before it came', async () => {
    for (const end of [() => check.switchOff('camera'), () => check.handOver(), () => check.close()]) {
      const devices = checking();
      const answer = devices.hold();
      const opening = check.open(['camera']);
      end();
      answer();
      await opening;
      expect(check.camera).toBeNull();
      expect(devices.live).toBe(0);
    }
  });
});

describe('a device that is lost', () => {
  it('is said, and another one can be chosen or the same one tried again', async () => {
    const devices = checking();
    await check.open(['camera', 'microphone']);
    const [camera] = devices.opened;
    camera?.stop();
    camera?.dispatchEvent(new Event('ended'));
    expect(check.errors).toEqual({ camera: 'lost' });
    expect(check.chosen.camera).toBe('any camera');
    await check.open(['camera']);
    expect(check.errors).toEqual({});
    expect(devices.live).toBe(2);
  });

  it('is looked for in the list again whenever one is plugged in, until the check is over', async () => {
    const devices = checking();
    await check.open(['camera']);
    const before = devices.lists;
    devices.devicesChanged?.();
    expect(devices.lists).toBe(before + 1);
    check.close();
    expect(devices.devicesChanged).toBeNull();
  });
});

it('begins anew after its devices were handed over', async () => {
  checking();
  await check.open(['camera', 'microphone']);
  const { camera, microphone } = check.handOver();
  expect([camera?.readyState, microphone?.readyState]).toEqual(['live', 'live']);
  expect([check.camera, check.microphone, check.asked]).toEqual([null, null, false]);
});
