import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';
import { peerReports } from './harness/probe.ts';
import { until } from './harness/until.ts';

const SECRET = 'a secret of class and relay';
/** Chromium sends no UDP then, as behind a firewall that lets none through. */
const NO_UDP = { preferences: { webrtc: { ip_handling_policy: 'disable_non_proxied_udp' } } };

let classroom: Classroom;
let relay: Relay;
let ada: Person;

beforeAll(async () => {
  relay = await Relay.start();
  classroom = await Classroom.build({
    environment: {
      LECTERN_TURN_URLS: `turn:127.0.0.1:${String(relay.port)}?transport=tcp`,
      LECTERN_TURN_SECRET: SECRET,
    },
  });
  ada = await classroom.instructor();
  await ada.startClass();
});

afterAll(async () => {
  await classroom.close();
  await relay.stop();
});

/** The kinds of candidate and the protocols that the page's receiving link runs over. */
async function pathOf({ page }: Person): Promise<Record<string, unknown>> {
  const reports = await peerReports(page);
  const entries = reports.find(({ purpose }) => purpose === 'receive')?.entries ?? [];
  const of = (id: unknown) => entries.find((entry) => entry['id'] === id);
  const transport = entries.find(({ type }) => type === 'transport');
  const pair = of(transport?.['selectedCandidatePairId']);
  const local = of(pair?.['localCandidateId']);
  const remote = of(pair?.['remoteCandidateId']);
  return { local: local?.['candidateType'], protocol: remote?.['protocol'], relayProtocol: local?.['relayProtocol'] };
}

const untilPath = (person: Person) =>
  until(
    'a path',
    () => pathOf(person),
    ({ local }) => local !== undefined,
  );

/** A student who can send no UDP, and whose page is given this of its configuration. */
async function behindFirewall(name: string, rest: Pick<RTCConfiguration, 'iceServers' | 'iceTransportPolicy'>) {
  const student = await classroom.visitor(name, NO_UDP);
  await student.browser.context.addInitScript((given: RTCConfiguration) => {
    const Native = RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super({ ...configuration, ...given });
      }
    };
  }, rest);
  await student.join(classroom);
  await student.sees('Ada Lovelace');
  await student.hears();
  return student;
}

it('brings sound and picture over ICE-TCP to a browser that can send no UDP and has no relay', async () => {
  const berta = await behindFirewall('Berta', { iceServers: [] });
  expect(await untilPath(berta)).toMatchObject({ protocol: 'tcp' });
  expect(berta.errors).toEqual([]);
});

it('brings them through the relay, over TCP, to a browser that reaches nothing else', async () => {
  const carl = await behindFirewall('Carl', { iceTransportPolicy: 'relay' });
  expect(await untilPath(carl)).toMatchObject({ local: 'relay', relayProtocol: 'tcp' });
  expect(carl.errors).toEqual([]);
});

/** The relay of the compose file, as its package brings it, on this machine alone. */
class Relay {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #directory: string;

  private constructor(port: number, process: ChildProcess, directory: string) {
    this.port = port;
    this.#process = process;
    this.#directory = directory;
  }

  static async start(): Promise<Relay> {
    const directory = await mkdtemp(join(tmpdir(), 'lectern-relay-'));
    const port = await freePort();
    const configuration = resolve(import.meta.dirname, '../../infra/coturn/turnserver.conf');
    const relay = spawn(
      'turnserver',
      [
        ...['-c', configuration, '--realm=class.example.org', `--static-auth-secret=${SECRET}`],
        // The media workers of a test are on the loopback, which a relay reaches for nobody else.
        ...['--allow-loopback-peers', '--allowed-peer-ip=127.0.0.1'],
        ...['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', `--listening-port=${String(port)}`],
        ...[`--pidfile=${join(directory, 'pid')}`, `--userdb=${join(directory, 'users')}`],
      ],
      { stdio: 'ignore' },
    );
    const failed = once(relay, 'exit').then(() => {
      throw new Error('turnserver ended: install coturn (on Debian: apt-get install coturn)');
    });
    await Promise.race([failed, listening(port)]);
    return new Relay(port, relay, directory);
  }

  async stop(): Promise<void> {
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
    await rm(this.#directory, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function listening(port: number): Promise<void> {
  await until(
    'the relay',
    () =>
      new Promise<boolean>((answer) => {
        const socket = connect(port, '127.0.0.1');
        socket.once('connect', () => {
          socket.destroy();
          answer(true);
        });
        socket.once('error', () => {
          answer(false);
        });
      }),
    (open) => open,
  );
}
