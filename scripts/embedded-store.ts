import { arch, platform } from 'node:os';

/**
 * One line with the remedy where the embedded analytics store has no build for this machine and none is named instead; else null.
 * `apart`: a ClickHouse or an analytics process of its own is named.
 */
export function embeddedStoreWarning(
  apart: boolean,
  machine = { platform: platform() as string, arch: arch() as string },
): string | null {
  if (apart || (machine.platform === 'linux' && machine.arch === 'x64')) return null;
  return `The embedded analytics store runs on Linux on x86-64 alone, and this is ${machine.platform} on ${machine.arch}: classes work, but the pacing view stays without figures. Name a ClickHouse server: LECTERN_CLICKHOUSE_URL=http://user:password@host:8123/database npm start.`;
}
