import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DATA_SECTION, TestTransport } from '../../src/signalling/test-transport.ts';
import { SentStream, SOUND } from '../fanout/streams.ts';
import { BareClient } from './bare-client.ts';

/**
 * A program: a class of `--people` on mediasoup alone. Each receives the teacher's sound over a transport of its own, every second one has a
 * data channel over another, as in a load test's lecture. Prints one line of JSON with the server's process id once everybody is
 * in, and stays until its standard input ends.
 */
const { values } = parseArgs({
  options: { people: { type: 'string', default: '50' }, worker: { type: 'string' } },
});
const AT_ONCE = 10;
const PACKET_MS = 60;
const STREAM_ID = 1;

const server = await BareClient.start(values.worker);
/** Held: what nobody holds is collected with its tracks. */
const peers: TestTransport[] = [];

async function openPeer(name: string, purpose: 'stage' | 'receive' | 'signal', beside: string | null) {
  const options = await server.ask('open', { purpose, beside });
  const { transportId } = options;
  const connect = ({ dtlsParameters }: { dtlsParameters: object }) =>
    server.ask('connect', { transportId, dtlsParameters });
  const peer = new TestTransport({ name, connect }, options);
  peers.push(peer);
  return { peer, transportId };
}

async function teach(): Promise<void> {
  const { peer, transportId } = await openPeer('teacher', 'stage', null);
  const stream = new SentStream(peer.peer, { ...SOUND, mid: '0' }, 1_000);
  await peer.connectSending([stream.section]);
  await server.ask('produce', { transportId, rtpParameters: stream.rtpParameters });
  setInterval(() => {
    stream.send();
  }, PACKET_MS);
}

async function attend(n: number): Promise<void> {
  const { peer, transportId } = await openPeer(`student ${String(n)}`, 'receive', null);
  const consumers = await server.ask('consume', { transportId });
  await peer.connectReceiving(consumers);
  for (const { consumerId } of consumers) await server.ask('resume', { consumerId });
  if (n % 2 === 0) await contribute(n, transportId);
}

async function contribute(n: number, beside: string): Promise<void> {
  const { peer, transportId } = await openPeer(`signal ${String(n)}`, 'signal', beside);
  const channel = peer.peer.createDataChannel('signal', { negotiated: true, id: STREAM_ID, unordered: true });
  await peer.connectSending([DATA_SECTION]);
  await server.ask('produceData', { transportId, streamId: STREAM_ID });
  setInterval(() => {
    channel.sendMessageBinary(Buffer.alloc(16));
  }, 5_000);
}

await teach();
const people = Number(values.people);
for (let from = 0; from < people; from += AT_ONCE) {
  const some = Array.from({ length: Math.min(AT_ONCE, people - from) }, (_, n) => attend(from + n));
  await Promise.all(some);
  // As in the lecture: some thirty a second.
  await delay(300);
}
console.log(JSON.stringify({ pid: server.pid }));
process.stdin.resume().once('end', () => process.exit(0));
