import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { iceServers } from './media/ice-servers.ts';
import { TurnClient } from './test-turn-client.ts';

const CONFIGURATION = fileURLToPath(new URL('../../infra/coturn/turnserver.conf', import.meta.url));
const SECRET = 'a secret that both know';
const DAY_MS = 24 * 3_600_000;
/** Lectern's own address on a campus network: in a range that is refused otherwise. */
const MEDIA_ADDRESS = '10.9.8.7';

/** The relay of the compose file, as its package brings it, with the credentials that the server hands out. */
describe('coturn with our configuration', () => {
  let directory: string;
  let relay: ChildProcess;
  let port: number;
  const said: string[] = [];
  const clients: TurnClient[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'lectern-coturn-'));
    port = await freeUdpPort();
    // What the compose file sets on the command line, and where a machine differs from a container: addresses and files.
    relay = spawn('turnserver', [
      ...[
        '-c',
        CONFIGURATION,
        '--realm=class.example.org',
        `--static-auth-secret=${SECRET}`,
        `--allowed-peer-ip=${MEDIA_ADDRESS}`,
      ],
      ...['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', `--listening-port=${port}`],
      ...[`--pidfile=${join(directory, 'pid')}`, `--userdb=${join(directory, 'users')}`],
    ]);
    for (const stream of [relay.stdout, relay.stderr]) {
      createInterface({ input: stream! }).on('line', (line) => said.push(line));
    }
    const ended = new Promise<never>((_resolve, reject) => {
      relay.once('error', () => {
        reject(new Error('turnserver cannot be run: install coturn (on Debian: apt-get install coturn)'));
      });
      relay.once('exit', () => {
        reject(new Error(`turnserver ended\n${said.join('\n')}`));
      });
    });
    // It answers once it listens.
    await Promise.race([ended, clientWith(SECRET, Date.now()).then((client) => client.allocate())]);
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(async () => {
    if (relay.pid !== undefined && relay.exitCode === null) {
      const gone = once(relay, 'exit');
      relay.kill('SIGKILL');
      await gone;
    }
    rmSync(directory, { recursive: true });
  });

  const clientWith = async (secret: string, nowMs: number): Promise<TurnClient> => {
    const [server] = iceServers({ urls: [`turn:127.0.0.1:${port}`], secret }, nowMs);
    const { username = '', credential = '' } = server ?? {};
    const client = await TurnClient.connect(port, { username, credential });
    clients.push(client);
    return client;
  };

  it('knows every word of it', () => {
    expect(said.filter((line) => /bad configuration|unknown|unrecognized/i.test(line))).toEqual([]);
  });

  it('relays for whoever has credentials of ours, on a port that the compose file publishes', async () => {
    const { error, relayedPort } = await (await clientWith(SECRET, Date.now())).allocate();
    expect(error).toBeNull();
    expect(relayedPort).toBeGreaterThanOrEqual(49_160);
    expect(relayedPort).toBeLessThanOrEqual(49_259);
  });

  it('refuses a credential made with another secret', async () => {
    expect(await (await clientWith('another secret', Date.now())).allocate()).toMatchObject({ error: 401 });
  });

  it('refuses a credential that has expired', async () => {
    expect(await (await clientWith(SECRET, Date.now() - DAY_MS)).allocate()).toMatchObject({ error: 401 });
  });

  it('relays to the media address, also where that is a private one', async () => {
    const client = await clientWith(SECRET, Date.now());
    expect(await client.allocate()).toMatchObject({ error: null });
    expect(await client.permit(MEDIA_ADDRESS)).toMatchObject({ error: null });
  });

  it.each(['127.0.0.1', '10.1.2.3', '192.168.1.1', '169.254.169.254'])(
    'reaches nothing of ours at %s',
    async (address) => {
      const client = await clientWith(SECRET, Date.now());
      expect(await client.allocate()).toMatchObject({ error: null });
      expect(await client.permit(address)).toMatchObject({ error: 403 });
      expect(await client.permit('203.0.113.10')).toMatchObject({ error: null });
    },
  );
});

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
