import { describe, expect, it } from 'vitest';
import {
  limitFor,
  watchDeviceReserves,
  type DeviceReserves,
  type ProcessorPressure,
  type ReserveSources,
} from './device-reserves.ts';

const MAINS: DeviceReserves = { onBattery: false, batteryLevel: 1, pressure: 'nominal' };

describe('what measuring may take', () => {
  it('is a quarter of a core on mains', () => {
    expect(limitFor(MAINS)).toEqual({ maxHz: 10, budgetShare: 0.25 });
  });

  it('is a tenth of one on battery, and where the browser does not tell', () => {
    expect(limitFor({ ...MAINS, onBattery: true })).toEqual({ maxHz: 10, budgetShare: 0.1 });
    expect(limitFor({ onBattery: null, batteryLevel: null, pressure: null })).toEqual({ maxHz: 10, budgetShare: 0.1 });
  });

  it('is two frames a second when the battery runs low, and not while it is charged', () => {
    expect(limitFor({ ...MAINS, onBattery: true, batteryLevel: 0.2 }).maxHz).toBe(2);
    expect(limitFor({ ...MAINS, onBattery: false, batteryLevel: 0.05 }).maxHz).toBe(10);
  });

  it('shrinks as the processor comes to its limits', () => {
    const maxHz = (pressure: ProcessorPressure) => limitFor({ ...MAINS, pressure }).maxHz;
    expect((['nominal', 'fair', 'serious', 'critical'] as const).map(maxHz)).toEqual([10, 10, 4, 2]);
  });
});

/** A browser's interfaces, played by hand. */
class PlayedBattery extends EventTarget {
  charging = true;
  level = 1;

  become(charging: boolean, level: number): void {
    Object.assign(this, { charging, level });
    this.dispatchEvent(new Event('chargingchange'));
  }
}

async function watched(sources: ReserveSources) {
  const told: DeviceReserves[] = [];
  const unwatch = watchDeviceReserves((reserves) => told.push(reserves), sources);
  await Promise.resolve();
  await Promise.resolve();
  return { told, unwatch };
}

describe('the reserves', () => {
  it('follow the battery until nobody watches any more', async () => {
    const battery = new PlayedBattery();
    const { told, unwatch } = await watched({ navigator: { getBattery: () => Promise.resolve(battery) } });
    battery.become(false, 0.6);
    unwatch();
    battery.become(true, 0.7);
    expect(told.map(({ onBattery, batteryLevel }) => [onBattery, batteryLevel])).toEqual([
      [null, null],
      [false, 1],
      [true, 0.6],
    ]);
  });

  it('are unknown where the browser has no such interface or forbids it', async () => {
    const unknown = { onBattery: null, batteryLevel: null, pressure: null };
    expect((await watched({ navigator: {} })).told).toEqual([unknown]);
    const refused = () => Promise.reject(new DOMException('by policy', 'NotAllowedError'));
    expect((await watched({ navigator: { getBattery: refused } })).told).toEqual([unknown]);
  });

  it('follow the processor’s pressure beside the battery', async () => {
    const played: { say?: (records: readonly { state: ProcessorPressure }[]) => void; watched: boolean } = {
      watched: false,
    };
    class PlayedObserver {
      constructor(listener: (records: readonly { state: ProcessorPressure }[]) => void) {
        played.say = listener;
      }
      observe(): Promise<void> {
        played.watched = true;
        return Promise.resolve();
      }
      disconnect(): void {
        played.watched = false;
      }
    }
    const battery = new PlayedBattery();
    const { told, unwatch } = await watched({
      navigator: { getBattery: () => Promise.resolve(battery) },
      PressureObserver: PlayedObserver,
    });
    played.say!([{ state: 'fair' }, { state: 'serious' }]);
    expect(told.at(-1)).toEqual({ onBattery: false, batteryLevel: 1, pressure: 'serious' });
    unwatch();
    expect(played.watched).toBe(false);
  });
});
