import { describe, expect, it } from 'vitest';
import { downloadSize, formatMegabytes } from './download-size.ts';

const file = (role: string, brotliBytes: number): object => ({ role, name: `${role}.js`, bytes: 9, brotliBytes, sha256: '' });
const all = ['worker', 'landmarker-wasm', 'ort-wasm', 'landmarker-model', 'attention-model'];

describe('downloadSize', () => {
  it('adds up what travels', () => {
    expect(downloadSize({ version: 1, files: all.map((role) => file(role, 1_000_000)) })).toBe(5_000_000);
  });

  it('does not count files that measuring does not need', () => {
    expect(downloadSize({ version: 1, files: [...all, 'notes'].map((role) => file(role, 10)) })).toBe(50);
  });

  it.each([null, {}, { files: 'none' }, { files: [null, 7] }, { files: all.slice(1).map((role) => file(role, 1)) }])(
    'is null when a file is missing: %j',
    (manifest) => {
      expect(downloadSize(manifest)).toBeNull();
    },
  );
});

describe('formatMegabytes', () => {
  it('has one decimal in the mark of the language', () => {
    expect(formatMegabytes(8_123_456, 'en')).toBe('8.1 MB');
    expect(formatMegabytes(8_000_000, 'de')).toBe('8,0 MB');
  });
});
