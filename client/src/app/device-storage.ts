/** What is used of a browser's storage. */
export type DeviceStorage = Pick<Storage, 'length' | 'key' | 'getItem' | 'setItem' | 'removeItem'>;

/**
 * Over a browser's storage, which throws where it is full or switched off: what it does not take is kept until the page goes.
 * Never throws.
 */
export class PatientStorage implements DeviceStorage {
  readonly #browser: () => DeviceStorage;
  /** What the browser did not take. */
  readonly #here = new Map<string, string>();

  constructor(browser: () => DeviceStorage) {
    this.#browser = browser;
  }

  get length(): number {
    return this.#keys().length;
  }

  key(index: number): string | null {
    return this.#keys()[index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#here.get(key) ?? this.#try((browser) => browser.getItem(key)) ?? null;
  }

  setItem(key: string, value: string): void {
    const taken = this.#try((browser) => {
      browser.setItem(key, value);
      return true;
    });
    if (taken) {
      this.#here.delete(key);
      return;
    }
    // What stood there before would come back with the next page, as if nothing had followed it.
    this.removeItem(key);
    this.#here.set(key, value);
  }

  removeItem(key: string): void {
    this.#here.delete(key);
    this.#try((browser) => {
      browser.removeItem(key);
    });
  }

  #keys(): string[] {
    const kept = this.#try((browser) => Array.from({ length: browser.length }, (_, index) => browser.key(index)));
    return [...new Set([...(kept ?? []).filter((key) => key !== null), ...this.#here.keys()])];
  }

  #try<T>(use: (browser: DeviceStorage) => T): T | undefined {
    try {
      return use(this.#browser());
    } catch {
      return undefined;
    }
  }
}

/** What this device keeps for this site. */
export const deviceStorage: DeviceStorage = new PatientStorage(() => localStorage);

/** What this tab keeps: it outlives a reload and a crash, and goes with the tab. */
export const tabStorage: DeviceStorage = new PatientStorage(() => sessionStorage);
