/** No look-alikes: somebody will copy it from one screen to another. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A password of four groups of four letters, 80 bits, made on this device. */
export function trialPassword(randomBytes: (count: number) => Uint8Array = secureBytes): string {
  const letters = [...randomBytes(16)].map((byte) => LETTERS[byte % LETTERS.length] ?? 'a').join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}

function secureBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
