import { deviceStorage } from '../../app/device-storage.ts';

/** Which camera and microphone a person chose on this device last. */
export interface DeviceChoice {
  readonly camera?: string;
  readonly microphone?: string;
}

const KEY = 'lectern.devices';

/** The kept choice; empty when there is none or it cannot be read. */
export function keptChoice(storage: Pick<Storage, 'getItem'> = deviceStorage): DeviceChoice {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return {};
    return { ...textField(kept, 'camera'), ...textField(kept, 'microphone') };
  } catch {
    return {};
  }
}

export function keepChoice(choice: DeviceChoice, storage: Pick<Storage, 'setItem'> = deviceStorage): void {
  storage.setItem(KEY, JSON.stringify(choice));
}

function textField(from: object, name: keyof DeviceChoice): DeviceChoice {
  const value: unknown = (from as Partial<Record<string, unknown>>)[name];
  return typeof value === 'string' && value !== '' ? { [name]: value } : {};
}
