import type { DeviceError } from '../../classroom/devices.ts';
import { m } from '../../paraglide/messages.js';

interface Words {
  readonly title: string;
  readonly text: string;
}

/** What went wrong with camera or microphone, and the way on. */
export function deviceWords(kind: DeviceError['kind']): Words {
  const words: Record<DeviceError['kind'], () => Words> = {
    denied: () => ({ title: m.class_device_denied(), text: m.class_device_denied_hint() }),
    none: () => ({ title: m.class_device_none(), text: m.class_device_none_hint() }),
    'in-use': () => ({ title: m.class_device_in_use(), text: m.class_device_in_use_hint() }),
    insecure: () => ({ title: m.class_device_insecure(), text: m.class_device_insecure_hint() }),
    overconstrained: () => ({ title: m.class_device_overconstrained(), text: m.class_device_overconstrained_hint() }),
    lost: () => ({ title: m.class_device_lost(), text: m.class_device_lost_hint() }),
    unknown: () => ({ title: m.class_device_unknown(), text: m.class_device_unknown_hint() }),
  };
  return words[kind]();
}
