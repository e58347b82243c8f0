import { describe, expect, it } from 'vitest';
import { privateMemoryMb } from './private-memory.ts';

const MEGABYTE = 2 ** 20;

describe('private memory of a process', () => {
  it('grows by what the process fills', async () => {
    const before = await privateMemoryMb(process.pid);
    const filled = Buffer.alloc(64 * MEGABYTE, 1);
    const grown = (await privateMemoryMb(process.pid)) - before;
    expect(filled).toHaveLength(64 * MEGABYTE);
    expect(grown).toBeGreaterThan(48);
    expect(grown).toBeLessThan(128);
  });

  it('is none once it has ended', async () => {
    // Above the largest pid that a kernel gives.
    expect(await privateMemoryMb(2 ** 22 + 1)).toBe(0);
  });
});
