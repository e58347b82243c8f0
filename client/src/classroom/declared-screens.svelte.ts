import { z } from 'zod';
import { deviceStorage, type DeviceStorage } from '../app/device-storage.ts';
import { CAMERA_PLACES, THIS_SCREEN, type ClassScreens } from '../attention/class-screens.ts';

const KEY = 'lectern.class-screens';
const placesSchema = z.strictObject({
  here: z.boolean(),
  left: z.boolean(),
  right: z.boolean(),
  above: z.boolean(),
  camera: z.enum(CAMERA_PLACES),
});

/** On which screens a student has the class, by what they said: kept on this device, never sent. */
export class DeclaredScreens {
  /** What holds now. */
  places: ClassScreens = $state.raw(THIS_SCREEN);
  /** Whether it was asked once on this device. */
  asked = $state(false);
  readonly #storage: Pick<DeviceStorage, 'getItem' | 'setItem'>;

  constructor(storage: Pick<DeviceStorage, 'getItem' | 'setItem'> = deviceStorage) {
    this.#storage = storage;
    const kept = this.#read();
    if (kept === null) return;
    this.places = kept;
    this.asked = true;
  }

  /** Says on which screens the class is; on none of them means on this one. */
  declare(places: ClassScreens): void {
    this.places = Object.values(places).includes(true) ? places : { ...places, here: true };
    this.#storage.setItem(KEY, JSON.stringify(this.places));
  }

  /** What stands is the answer, or was passed over: it is not asked again. */
  settle(): void {
    this.declare(this.places);
    this.asked = true;
  }

  #read(): ClassScreens | null {
    try {
      const parsed = placesSchema.safeParse(JSON.parse(this.#storage.getItem(KEY) ?? 'null'));
      return parsed.success && Object.values(parsed.data).includes(true) ? parsed.data : null;
    } catch {
      return null;
    }
  }
}
