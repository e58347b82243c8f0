import { parseDatagram } from '@lectern/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Classroom } from './harness/classroom.ts';
import { clips } from './harness/clips.ts';
import { datagrams, scoreOf, takePart, untilDatagram } from './harness/contributor.ts';
import type { Person } from './harness/person.ts';
import { dataMessages, peerReports, type PeerReport } from './harness/probe.ts';

const WATCHED_MS = 60_000;
const MOST_SIGNAL_BYTES = 20_000;
/** RTCP that answers two streams: reports and transport-wide feedback, far below the sound that one microphone would send. */
const MOST_RECEIVING_BYTES_PER_S = 3000;

let classroom: Classroom;
let student: Person;
const requested: string[] = [];

beforeAll(async () => {
  const cameras = await clips();
  classroom = await Classroom.build();
  const ada = await classroom.instructor();
  await ada.startClass();
  student = await classroom.student('Berta', { camera: cameras.facing });
  student.browser.context.on('request', (request) => requested.push(request.url()));
  student.page.on('websocket', (socket) => requested.push(socket.url()));
  await student.sees('Ada Lovelace');
  await takePart(student);
  await untilDatagram(student, 'a score', (newest) => scoreOf(newest) !== null);
});

afterAll(() => classroom.close());

it('sends nothing in a minute but 16-byte datagrams, and asks nobody but our own origin', async () => {
  const before = await peerReports(student.page);
  const sentBefore = (await dataMessages(student.page)).length;
  await student.page.waitForFunction((untilMs) => performance.now() > untilMs, (await pageMs()) + WATCHED_MS, {
    timeout: WATCHED_MS + 20_000,
    polling: 1000,
  });
  const after = await peerReports(student.page);

  const { host } = new URL(classroom.url);
  expect(requested.filter((url) => !/^(data|blob):/.test(url) && new URL(url).host !== host)).toEqual([]);

  expect(after.map(({ purpose }) => purpose).sort()).toEqual(['receive', 'signal']);
  expect(after.flatMap(({ entries }) => entries.filter(({ type }) => type === 'outbound-rtp'))).toEqual([]);

  const signalBytes = sentBy(after, 'signal') - sentBy(before, 'signal');
  const receivingBytes = sentBy(after, 'receive') - sentBy(before, 'receive');
  console.info(`in a minute: ${signalBytes} bytes for the signal, ${receivingBytes} of STUN and RTCP for receiving`);
  expect(signalBytes).toBeGreaterThan(16 * 10);
  expect(signalBytes).toBeLessThan(MOST_SIGNAL_BYTES);
  expect(receivingBytes).toBeLessThan((MOST_RECEIVING_BYTES_PER_S * WATCHED_MS) / 1000);
  expect(count(after, 'receive', 'data-channel')).toBe(0);

  const messages = await datagrams(student);
  expect(messages).not.toContain(null);
  const sent = byWindow((await dataMessages(student.page)).slice(sentBefore));
  expect(sent.size).toBeGreaterThanOrEqual(10);
  expect(sent.size).toBeLessThanOrEqual(14);
  for (const [window, copies] of sent) {
    expect(new Set(copies).size, `window ${window}: one datagram`).toBe(1);
    // What is not answered within ten seconds goes out again, as it is.
    expect(copies.length, `window ${window}: sent again`).toBeLessThanOrEqual(2);
  }
  const scores = messages.flatMap((datagram) => (datagram === null ? [] : [scoreOf(datagram)]));
  console.info(`scores: ${scores.map((score) => score?.toFixed(2) ?? 'none').join(' ')}`);
});

/** The bytes that left for each window, in hexadecimal. */
function byWindow(messages: readonly string[]): ReadonlyMap<number, readonly string[]> {
  return Map.groupBy(messages, (hex) => parseDatagram(Buffer.from(hex, 'hex'))?.window ?? -1);
}

function pageMs(): Promise<number> {
  return student.page.evaluate(() => performance.now());
}

/** All bytes that one transport put on the wire, STUN and DTLS included. */
function sentBy(reports: readonly PeerReport[], purpose: PeerReport['purpose']): number {
  const pairs = reports
    .filter((report) => report.purpose === purpose)
    .flatMap(({ entries }) => entries.filter(({ type }) => type === 'candidate-pair'));
  return pairs.reduce((sum, { bytesSent, requestsSent, responsesSent, consentRequestsSent }) => {
    const stun = Number(requestsSent ?? 0) + Number(responsesSent ?? 0) + Number(consentRequestsSent ?? 0);
    // What a STUN message with its attributes takes at most; statistics count only what is not STUN.
    return sum + Number(bytesSent ?? 0) + stun * 150;
  }, 0);
}

function count(reports: readonly PeerReport[], purpose: PeerReport['purpose'], type: string): number {
  return reports
    .filter((report) => report.purpose === purpose)
    .flatMap(({ entries }) => entries.filter((entry) => entry['type'] === type)).length;
}
