import { readFile } from 'node:fs/promises';

/** 4 MiB: what a worker at 60,000 packets/s of 1,200 bytes piles up in 55 ms of a busy core. */
export const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

const LIMITS = { rmem_max: 'receive', wmem_max: 'send' } as const;

/**
 * Warnings in plain words when the kernel gives smaller socket buffers than asked for: it cuts them silently, and a
 * burst of joins or key frames is lost then. Empty where the limits cannot be read (not Linux).
 */
export async function socketBufferWarnings(directory = '/proc/sys/net/core'): Promise<string[]> {
  const warnings: string[] = [];
  for (const [file, direction] of Object.entries(LIMITS)) {
    const text = await readFile(`${directory}/${file}`, 'utf8').catch(() => null);
    const limit = text === null ? Number.NaN : Number.parseInt(text, 10);
    if (limit < SOCKET_BUFFER_BYTES) {
      warnings.push(
        `The kernel gives media sockets ${kib(limit)} to ${direction}, ${kib(SOCKET_BUFFER_BYTES)} are asked for: large classes may lose packets. ` +
          `Set it with: sysctl -w net.core.${file}=${SOCKET_BUFFER_BYTES}`,
      );
    }
  }
  return warnings;
}

function kib(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}
