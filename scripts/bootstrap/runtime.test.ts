import { describe, expect, it } from 'vitest';
import { runsLectern } from './runtime.mjs';

describe('the runtime', () => {
  it.each(['22.18.0', '22.20.1', '23.11.0', '24.0.0', '24.21.0', '26.1.0'])('is the running Node %s', (version) => {
    expect(runsLectern(version)).toBe(true);
  });

  it.each(['18.20.4', '20.20.2', '22.0.0', '22.17.9', '23.6.1', '23.10.0', ''])(
    'is another than Node %s',
    (version) => {
      expect(runsLectern(version)).toBe(false);
    },
  );
});
