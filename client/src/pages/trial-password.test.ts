import { passwordSchema } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { trialPassword } from './trial-password.ts';

describe('trialPassword', () => {
  it('is long enough for the server and different each time', () => {
    const passwords = Array.from({ length: 50 }, () => trialPassword());
    for (const password of passwords) {
      expect(passwordSchema.safeParse(password).success).toBe(true);
      expect(password).toMatch(/^([a-km-np-z2-9]{4}-){3}[a-km-np-z2-9]{4}$/);
    }
    expect(new Set(passwords).size).toBe(50);
  });

  it('uses each letter equally often', () => {
    const all = trialPassword((length) => Uint8Array.from({ length }, (_, index) => index));
    const again = trialPassword((length) => Uint8Array.from({ length }, (_, index) => index + 32));
    expect(again).toBe(all);
  });
});
