import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Seat } from '@lectern/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Classroom } from './harness/classroom.ts';
import { takePart } from './harness/contributor.ts';
import type { Door } from './harness/person.ts';
import { SignallingRecorder, type SaidMessage } from './harness/signalling-recorder.ts';
import { until } from './harness/until.ts';

const SAID_WITHIN_MS = 60_000;

let classroom: Classroom;
let recorder: SignallingRecorder;
let teacher: Seat;

beforeAll(async () => {
  classroom = await Classroom.build();
  recorder = await SignallingRecorder.inFrontOf(classroom.url);
  classroom.onClose(() => recorder.close());
  teacher = await classroom.school.teach(classroom.planned);
});

afterAll(() => classroom.close());

it('a student of the load generator says the same to the server as one in a browser, in the same order, from the first message until both contribute', async () => {
  const door = { url: recorder.url, joinCode: classroom.joinCode };
  const generator = playClass(door, teacher);
  classroom.onClose(() => end(generator));
  const generated = await contributes(0);
  // The stage is as it was for the first: sound and camera are there before anybody comes.
  const berta = await classroom.visitor('Berta');
  await berta.join(door);
  await berta.hears();
  await takePart(berta);
  const page = await contributes(1);
  await Promise.all([tellsOfItsLinkAgain(generated), tellsOfItsLinkAgain(page)]);

  expect(inOrder(generated)).toEqual(inOrder(page));
  expect(layersAskedFor(generated)).toEqual(layersAskedFor(page));
});

/** A class that the load generator teaches, with one student who sees, hears and contributes; it goes on until it is ended. */
function playClass({ url, joinCode }: Door, seat: Seat): ChildProcess {
  const { LOADTEST_K6: generator } = process.env;
  if (generator === undefined) throw new Error('LOADTEST_K6 is not set: start with npm test');
  const of = { origin: url, joinCode };
  const script = `
    import { sleep } from 'k6';
    import { Crowd, teach } from 'k6/x/lectern';
    export default function () {
      teach(${JSON.stringify(of)}, ${JSON.stringify({ seat, ptimeMs: 60, videoKbps: 300 })});
      new Crowd(${JSON.stringify(of)}, { contribute: 1, video: 1, prefix: 'Generated' }).enter(1, 0);
      sleep(600);
    }`;
  const args = ['run', '--no-usage-report', '--quiet', '-'];
  const child = spawn(generator, args, { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(script);
  return child;
}

async function end(generator: ChildProcess): Promise<void> {
  if (generator.exitCode !== null || generator.signalCode !== null) return;
  const gone = once(generator, 'exit');
  // Asked politely it would wait for the end of the class.
  generator.kill('SIGKILL');
  await gone;
}

/** Resolves with the seat of the student who came as the first, second and so on, once that student's data channel is on its way. */
async function contributes(came: number): Promise<string> {
  const student = () => recorder.seatIds.filter((seatId) => seatId !== teacher.seatId)[came] ?? '';
  const said = () => Promise.resolve(recorder.saidBy(student()).map(({ type }) => type));
  await until('a student who contributes', said, (types) => types.includes('produce-signal'), SAID_WITHIN_MS);
  return student();
}

/** Of the quality of its link each tells again after 15 s at most: by then nothing that belongs to its arrival is to come any more. */
async function tellsOfItsLinkAgain(seatId: string): Promise<void> {
  const reports = () => Promise.resolve(recorder.saidBy(seatId).filter(({ type }) => type === 'quality').length);
  const before = await reports();
  await until('the quality of the link', reports, (now) => now > before, SAID_WITHIN_MS);
}

/** By timers of their own, whatever else is said: how late it is, how good the link is, and that it was away for a moment. */
const AT_ANY_TIME = ['clock', 'quality', 'restart-ice'];
/**
 * Asked for once a tile has its size: in a page that is before `resume-consumers` or after it, as drawing happens to go, and again for each further
 * size that the tile takes. Only what is asked for last is the same.
 */
const LAYERS = 'prefer-layers';

/** All else has its one place, since each waits for the answer to the one before. */
function inOrder(seatId: string): unknown[] {
  return comparable(seatId).filter(({ type }) => type !== LAYERS);
}

/** By consumer, what it was asked for last. */
function layersAskedFor(seatId: string): Record<string, unknown> {
  const asked = comparable(seatId).filter(({ type }) => type === LAYERS);
  expect(asked).not.toEqual([]);
  return Object.fromEntries(
    asked.map(({ body }) => {
      const { consumerId, ...layers } = body as { consumerId: string };
      return [consumerId, layers];
    }),
  );
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
/** The own certificate, and what the own engine decodes. */
const OF_THE_DEVICE = ['dtlsParameters', 'rtpCapabilities'];

/**
 * Consumers that the server opened by itself. The stage stays as it is, but on a busy machine a link may be late: then the pictures are opened
 * anew, and resumed whenever that is.
 */
function openedLater(seatId: string): Set<string> {
  const opened = recorder
    .toldTo(seatId)
    .flatMap((message) => (message.type === 'consumers-opened' ? message.consumers : []));
  return new Set(opened.map(({ consumerId }) => consumerId));
}

/** What was said, layers last. Ids are everybody's own: in their place stands the number of the id among those that this student names. */
function comparable(seatId: string): SaidMessage[] {
  const later = openedLater(seatId);
  const said = recorder.saidBy(seatId).filter(({ type, body }) => {
    const { consumerId, consumerIds = [consumerId] } = body as { consumerId?: string; consumerIds?: string[] };
    return !AT_ANY_TIME.includes(type) && !consumerIds.some((id) => id !== undefined && later.has(id));
  });
  const sorted = said.toSorted((one, other) => Number(one.type === LAYERS) - Number(other.type === LAYERS));
  const ids: string[] = [];
  const numbered = (key: string, value: unknown): unknown => {
    if (OF_THE_DEVICE.includes(key)) return 'of the device';
    if (typeof value !== 'string' || !UUID.test(value)) return value;
    if (!ids.includes(value)) ids.push(value);
    return `id ${ids.indexOf(value) + 1}`;
  };
  return JSON.parse(JSON.stringify(sorted), numbered) as SaidMessage[];
}
