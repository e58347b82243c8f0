/** What the browser says of the device's reserves; null where it does not say. */
export interface DeviceReserves {
  readonly onBattery: boolean | null;
  /** 0 empty to 1 full. */
  readonly batteryLevel: number | null;
  /** How near the processor is to its limits, heat included. */
  readonly pressure: ProcessorPressure | null;
}

export type ProcessorPressure = 'nominal' | 'fair' | 'serious' | 'critical';

/** Calls the listener with the reserves as they are known now and whenever they change, until the answer is called. */
export type WatchReserves = (listener: (reserves: DeviceReserves) => void) => () => void;

/** What measuring may take. */
export interface MeasuringLimit {
  readonly maxHz: number;
  /** Share of one core. */
  readonly budgetShare: number;
}

export const MAX_HZ = 10;
export const MIN_HZ = 2;
const MAINS_SHARE = 0.25;
/** Also where the browser does not tell (Firefox, Safari): it may be a battery. */
const BATTERY_SHARE = 0.1;
/** Browsers and systems begin to save energy by themselves about here. */
const LOW_BATTERY = 0.2;
const PRESSED_HZ: Readonly<Record<ProcessorPressure, number>> = {
  nominal: MAX_HZ,
  fair: MAX_HZ,
  serious: 4,
  critical: MIN_HZ,
};

const UNKNOWN: DeviceReserves = { onBattery: null, batteryLevel: null, pressure: null };

/** A quarter of a core on mains, a tenth otherwise; the lowest rate when the battery runs low or the processor is at its limit. */
export function limitFor({ onBattery, batteryLevel, pressure }: DeviceReserves): MeasuringLimit {
  const runsLow = onBattery === true && batteryLevel !== null && batteryLevel <= LOW_BATTERY;
  return {
    maxHz: runsLow ? MIN_HZ : PRESSED_HZ[pressure ?? 'nominal'],
    budgetShare: onBattery === false ? MAINS_SHARE : BATTERY_SHARE,
  };
}

/** A battery as the Battery Status API gives it. The DOM library does not list it: Chromium alone has it. */
interface Battery extends EventTarget {
  readonly charging: boolean;
  readonly level: number;
}

interface PressureWatch {
  observe(source: 'cpu', options: { sampleInterval: number }): Promise<void>;
  disconnect(): void;
}

/** The two interfaces as far as this browser has them. */
export interface ReserveSources {
  readonly navigator: { getBattery?(): Promise<Battery> };
  readonly PressureObserver?: new (
    listener: (records: readonly { readonly state: ProcessorPressure }[]) => void,
  ) => PressureWatch;
}

const PRESSURE_EVERY_MS = 2000;

/** The real reserves, from the Battery Status API and the Compute Pressure API where the browser has and allows them. */
export function watchDeviceReserves(
  listener: (reserves: DeviceReserves) => void,
  sources: ReserveSources = globalThis as unknown as ReserveSources,
): () => void {
  const ended = new AbortController();
  let reserves = UNKNOWN;
  const tell = (change: Partial<DeviceReserves>): void => {
    if (ended.signal.aborted) return;
    reserves = { ...reserves, ...change };
    listener(reserves);
  };
  tell({});
  watchBattery(sources, tell, ended.signal);
  watchPressure(sources, tell, ended.signal);
  return () => {
    ended.abort();
  };
}

type Tell = (change: Partial<DeviceReserves>) => void;

function watchBattery({ navigator }: ReserveSources, tell: Tell, signal: AbortSignal): void {
  // Refused where a policy forbids it: then it is as in a browser without.
  void navigator.getBattery?.().then(
    (battery) => {
      const read = (): void => {
        tell({ onBattery: !battery.charging, batteryLevel: battery.level });
      };
      read();
      battery.addEventListener('chargingchange', read, { signal });
      battery.addEventListener('levelchange', read, { signal });
    },
    () => undefined,
  );
}

function watchPressure({ PressureObserver: Observer }: ReserveSources, tell: Tell, signal: AbortSignal): void {
  if (Observer === undefined) return;
  const observer = new Observer((records) => {
    tell({ pressure: records.at(-1)?.state ?? null });
  });
  observer.observe('cpu', { sampleInterval: PRESSURE_EVERY_MS }).catch(() => undefined);
  signal.addEventListener('abort', () => {
    observer.disconnect();
  });
}
