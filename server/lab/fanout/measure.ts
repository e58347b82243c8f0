import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import nodeDataChannel from 'node-datachannel';
import type { MediaSource } from '@lectern/contracts';
import { TestTransport } from '../../src/signalling/test-transport.ts';
import { bareRoom, lecternRoom } from './rooms.ts';
import type { OpenTransport, Receiver, Room } from './rooms.ts';
import { PICTURE, SentStream, SOUND, TransportFeedback } from './streams.ts';

/**
 * What one sent packet costs the worker: the server's media classes (`lectern`), mediasoup alone with the same header extensions
 * (`bare`), or as its defaults have them (`bare-defaults`), with `sound` or with a `picture`. Prints one line of JSON.
 */
const { values } = parseArgs({
  options: {
    room: { type: 'string', default: 'lectern' },
    stage: { type: 'string', default: 'sound' },
    receivers: { type: 'string', default: '60' },
    seconds: { type: 'string', default: '5' },
    worker: { type: 'string' },
  },
});

const STREAMS = 3;
const TICK_MS = 20;
const FEEDBACK_MS = 100;
const WARM_UP_MS = 1_500;
const SOURCES: readonly MediaSource[] = ['microphone', 'screen-audio', 'camera', 'screen'];

/** The mediasoup worker to run; without it the one that came with mediasoup. */
const workerBinary = values.worker ?? null;

const ROOMS: Readonly<Record<string, () => Promise<Room>>> = {
  lectern: () => lecternRoom(workerBinary),
  bare: () => bareRoom(workerBinary, false),
  'bare-defaults': () => bareRoom(workerBinary, true),
};

const openRoom = ROOMS[values.room];
if (!openRoom) throw new Error(`There is no room called ${values.room}.`);
const room = await openRoom();
const peers: TestTransport[] = [];
const streams: SentStream[] = [];
for (let n = 0; n < STREAMS; n += 1) streams.push(await addStream(n));
let arrived = 0;
const feedbacks = await Promise.all(
  Array.from({ length: Number(values.receivers) }, async (_, n) => addReceiver(await room.receiver(), n)),
);
const sending = setInterval(() => {
  for (const stream of streams) stream.send();
}, TICK_MS);
const reporting = setInterval(() => {
  for (const feedback of feedbacks) feedback.send();
}, FEEDBACK_MS);
await delay(WARM_UP_MS);
const before = { cpuMs: await cpuMsOf(room.workerPid), packets: arrived };
await delay(Number(values.seconds) * 1_000);
const cpuMs = (await cpuMsOf(room.workerPid)) - before.cpuMs;
const packets = arrived - before.packets;
clearInterval(sending);
clearInterval(reporting);
console.log(JSON.stringify({ cpuMs, packets, microsPerPacket: (cpuMs * 1_000) / packets }));
for (const peer of peers) peer.close();
await room.close();
nodeDataChannel.cleanup();
process.exit(0);

/** A presenter of its own for each stream: a seat publishes each source once. */
async function addStream(n: number): Promise<SentStream> {
  const sender = await room.sender();
  const peer = peerOf(sender, `sender ${String(n)}`);
  const kind = values.stage === 'picture' ? PICTURE : SOUND;
  const stream = new SentStream(peer.peer, { ...kind, mid: '0' }, 1_000 + n);
  await peer.connectSending([stream.section]);
  await sender.produce(SOURCES[kind.kind === 'audio' ? 0 : 2] ?? 'microphone', kind.kind, stream.rtpParameters);
  return stream;
}

async function addReceiver(receiver: Receiver, n: number): Promise<TransportFeedback> {
  const feedback = new TransportFeedback();
  const peer = peerOf(receiver, `receiver ${String(n)}`);
  await peer.connectReceiving(await receiver.consume(), (packet, track) => {
    arrived += 1;
    feedback.note(packet, track);
  });
  await receiver.resume();
  return feedback;
}

function peerOf({ options, connect }: OpenTransport, name: string): TestTransport {
  const peer = new TestTransport({ name, connect: ({ dtlsParameters }) => connect(dtlsParameters) }, options);
  peers.push(peer);
  return peer;
}

/** Of all threads of a process, to the nanosecond. Linux only. */
async function cpuMsOf(pid: number): Promise<number> {
  const tasks = await readdir(`/proc/${String(pid)}/task`);
  const times = await Promise.all(
    tasks.map((task) => readFile(`/proc/${String(pid)}/task/${task}/schedstat`, 'utf8').catch(() => '0')),
  );
  return times.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
}
