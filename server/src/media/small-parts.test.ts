import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seatIdSchema } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { iceServers } from './ice-servers.ts';
import { SignalIntake } from './signal-intake.ts';
import { SOCKET_BUFFER_BYTES, socketBufferWarnings } from './socket-buffers.ts';

describe('socket buffers', () => {
  it('warns with the remedy where the kernel gives less than asked for', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lectern-'));
    await writeFile(join(directory, 'rmem_max'), '212992\n');
    await writeFile(join(directory, 'wmem_max'), `${SOCKET_BUFFER_BYTES}\n`);
    const warnings = await socketBufferWarnings(directory);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`sysctl -w net.core.rmem_max=${SOCKET_BUFFER_BYTES}`);
    expect(warnings[0]).toContain('208 KiB to receive');
  });

  it('says nothing where the limits cannot be read', async () => {
    expect(await socketBufferWarnings('/nowhere')).toEqual([]);
  });
});

describe('TURN credentials', () => {
  it('are what coturn computes from the shared secret, and none without a TURN server', () => {
    const [server] = iceServers({ urls: ['turn:a'], secret: 'shared' }, 1_000_000);
    const [expires] = server?.username?.split(':') ?? [];
    expect(Number(expires)).toBe(1_000 + 12 * 3_600);
    expect(server?.credential).toBe(
      createHmac('sha1', 'shared')
        .update(server?.username ?? '')
        .digest('base64'),
    );
    expect(iceServers(null, 0)).toEqual([]);
  });
});

describe('the intake of datagrams', () => {
  it('lets through what an outage piles up, and cuts a flood once', () => {
    let nowMs = 0;
    let cuts = 0;
    const accepted: number[] = [];
    const seatId = seatIdSchema.parse(randomUUID());
    const intake = new SignalIntake({
      accept: (_seat, bytes) => accepted.push(bytes[0] ?? -1),
      datagramsPerSecond: 240,
      nowMs: () => nowMs,
    });
    const take = intake.open(seatId, () => (cuts += 1));
    for (let second = 0; second < 3; second += 1, nowMs += 1_000)
      for (let n = 0; n < 240; n += 1) take(new Uint8Array([n]));
    expect([accepted.length, cuts]).toEqual([720, 0]);
    for (let n = 0; n < 1_000; n += 1) take(new Uint8Array([n]));
    expect([accepted.length, cuts]).toEqual([960, 1]);
  });
});
