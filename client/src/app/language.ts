import { defineCustomClientStrategy, isLocale } from '../paraglide/runtime.js';
import { deviceStorage } from './device-storage.ts';

const KEY = 'lectern.language';

/** Lets the catalogue find the language that was chosen on this device, also where the browser keeps nothing. Before the first word. */
export function findLanguageOnDevice(): void {
  defineCustomClientStrategy('custom-device', {
    getLocale() {
      const kept = deviceStorage.getItem(KEY);
      return isLocale(kept) ? kept : undefined;
    },
    setLocale(locale) {
      deviceStorage.setItem(KEY, locale);
    },
  });
}
