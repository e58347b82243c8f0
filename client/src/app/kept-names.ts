import { deviceStorage, type DeviceStorage } from './device-storage.ts';

/** A short list of names that this device keeps under one key; the oldest go first. Never throws. */
export class KeptNames {
  readonly #key: string;
  readonly #most: number;
  readonly #storage: Pick<DeviceStorage, 'getItem' | 'setItem'>;

  constructor(key: string, most: number, storage: Pick<DeviceStorage, 'getItem' | 'setItem'> = deviceStorage) {
    this.#key = key;
    this.#most = most;
    this.#storage = storage;
  }

  has(name: string): boolean {
    return this.#read().includes(name);
  }

  add(name: string): void {
    this.#write([...this.#read().filter((known) => known !== name), name].slice(-this.#most));
  }

  remove(name: string): void {
    if (this.has(name)) this.#write(this.#read().filter((known) => known !== name));
  }

  #read(): string[] {
    try {
      const kept: unknown = JSON.parse(this.#storage.getItem(this.#key) ?? '[]');
      return Array.isArray(kept) ? kept.filter((entry) => typeof entry === 'string') : [];
    } catch {
      return [];
    }
  }

  #write(names: readonly string[]): void {
    this.#storage.setItem(this.#key, JSON.stringify(names));
  }
}
