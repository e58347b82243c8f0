import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../app/test-storage.ts';
import { DeclaredScreens } from './declared-screens.svelte.ts';

const here = { here: true, left: false, right: false, above: false, camera: 'above' } as const;

describe('declared screens', () => {
  it('are this one until somebody says otherwise, and are asked for once on a device', () => {
    const storage = new MemoryStorage();
    const screens = new DeclaredScreens(storage);
    expect([screens.places, screens.asked]).toEqual([here, false]);
    screens.settle();
    expect(screens.asked).toBe(true);
    expect(new DeclaredScreens(storage).asked).toBe(true);
  });

  it('are kept, several at once, and do not end the question while it is being answered', () => {
    const storage = new MemoryStorage();
    const screens = new DeclaredScreens(storage);
    screens.declare({ ...here, left: true });
    expect(screens.asked).toBe(false);
    screens.declare({ ...here, here: false, left: true });
    expect(new DeclaredScreens(storage).places).toEqual({ ...here, here: false, left: true });
  });

  it('keep where the camera stands, also where no screen is chosen', () => {
    const storage = new MemoryStorage();
    new DeclaredScreens(storage).declare({ ...here, here: false, camera: 'left' });
    expect(new DeclaredScreens(storage).places).toEqual({ ...here, camera: 'left' });
  });

  it('are this one where somebody chose none, and where what was kept cannot be read', () => {
    const storage = new MemoryStorage();
    const screens = new DeclaredScreens(storage);
    screens.declare({ ...here, here: false });
    expect(screens.places).toEqual(here);
    for (const kept of [
      'nonsense',
      '7',
      JSON.stringify({ ...here, here: false }),
      JSON.stringify({ ...here, camera: 'behind' }),
      '{"here":true}',
    ]) {
      storage.setItem('lectern.class-screens', kept);
      const again = new DeclaredScreens(storage);
      expect([again.places, again.asked]).toEqual([here, false]);
    }
  });
});
