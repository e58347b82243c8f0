import { expect, it } from 'vitest';
import { exportDisposition } from './download-name.ts';

const at = new Date('2026-11-23T23:30:00Z');

it('names an export by its day', () => {
  expect(exportDisposition(at)).toBe('attachment; filename="lectern-account-2026-11-23.json"');
});

it('names the export of somebody else by the person, too, whatever the name is', () => {
  expect(exportDisposition(at, 'Zoë "Z" (O\'Hara)')).toBe(
    'attachment; filename="lectern-account-2026-11-23.json"; ' +
      "filename*=UTF-8''lectern-account-Zo%C3%AB%20%22Z%22%20%28O%27Hara%29-2026-11-23.json",
  );
});
