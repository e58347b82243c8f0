import {
  CLIENT_MESSAGES,
  DATAGRAM_BYTES,
  mayDo,
  parseDatagram,
  REACTIONS,
  serverMessageSchema,
  fromChatLines,
  PROTOCOL_VERSION,
} from '@lectern/contracts';
import type { ClientMessageType, Seat, ServerMessage } from '@lectern/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeClock } from '../classroom/test-people.ts';
import { heapAfterCollection, randomFrom } from '../test-fuzzing.ts';
import type { ClassSession } from './class-session.ts';
import type { Connection, Outbox } from './connection.ts';
import { answerMessage } from './gateway.ts';
import { ClassSessions } from './live-classes.ts';
import { MessageRate } from './message-rate.ts';
import { takePart } from './participant.ts';
import type { Participant } from './participant.ts';
import { TestClassroom } from './test-classroom.ts';
import { TestSignal } from './test-peer.ts';

const SEED = Number(process.env['LECTERN_FUZZ_SEED'] ?? 20_261_123);
const MESSAGES = 80_000;
const DATAGRAMS = 20_000;
const OVER_THE_WIRE = 1_500;
const types = Object.keys(CLIENT_MESSAGES) as ClientMessageType[];

/** Messages as a liar sends them: right ones, right ones with something bent, and rubbish. */
class Liar {
  readonly #random: () => number;
  /** Ids of other people's things, to be used as if they were the own. */
  readonly loot: string[];

  constructor(random: () => number, loot: string[]) {
    this.#random = random;
    this.loot = loot;
  }

  message(): unknown {
    const dice = this.#random();
    if (dice < 0.1) return this.#rubbish(3);
    const type = this.#of(types);
    if (dice < 0.15) return { type, body: this.#body(type), extra: this.#rubbish(1) };
    if (dice < 0.2) return { type: this.#of(['__proto__', 'constructor', 'toString', '', 'CLOCK']), body: {} };
    if (dice < 0.3) return { type, body: this.#rubbish(2) };
    const body = this.#body(type);
    if (dice < 0.6) return { type, body };
    const keys = Object.keys(body);
    const bent = { ...body, [keys.length > 0 ? this.#of(keys) : this.#text()]: this.#rubbish(2) };
    return { type, body: bent };
  }

  datagram(): Uint8Array {
    const length = this.#random() < 0.7 ? DATAGRAM_BYTES : Math.floor(this.#random() * 70);
    const bytes = Uint8Array.from({ length }, () => Math.floor(this.#random() * 256));
    if (this.#random() < 0.5 && length > 3) bytes.set([1, Math.floor(this.#random() * 9), 0, 0]);
    return bytes;
  }

  #body(type: ClientMessageType): Record<string, unknown> {
    const id = () => this.#of(this.loot);
    const bodies: Partial<Record<ClientMessageType, () => Record<string, unknown>>> = {
      quality: () => ({ rttMs: this.#number(), lossShare: this.#random() }),
      'open-transport': () => ({ purpose: this.#of(['receive', 'stage', 'signal']) }),
      'connect-transport': () => ({
        transportId: id(),
        dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: 'AB:'.repeat(31) + 'AB' }] },
      }),
      'restart-ice': () => ({ transportId: id() }),
      receive: () => ({ transportId: id(), rtpCapabilities: { codecs: this.#rubbish(1) } }),
      'resume-consumers': () => ({ consumerIds: [id(), id()] }),
      'pause-consumers': () => ({ consumerIds: [id()] }),
      'prefer-layers': () => ({ consumerId: id(), spatialLayer: 1 }),
      produce: () => ({
        transportId: id(),
        source: this.#of(['microphone', 'camera', 'screen', 'screen-audio']),
        kind: this.#of(['audio', 'video']),
        rtpParameters: {
          codecs: [
            { mimeType: this.#of(['video/VP8', 'audio/opus']), payloadType: 96, clockRate: this.#of([90_000, 48_000]) },
          ],
          encodings: [{ ssrc: Math.floor(this.#random() * 2 ** 32) }],
        },
      }),
      'pause-producer': () => ({ producerId: id() }),
      'resume-producer': () => ({ producerId: id() }),
      'close-producer': () => ({ producerId: id() }),
      'set-permission': () => ({
        permission: 'contribute',
        granted: this.#random() < 0.5,
        wording: 'contribute-1',
        language: 'en',
      }),
      'produce-signal': () => ({ transportId: id(), sctpStreamParameters: { streamId: 3, ordered: false } }),
      'answer-invitation': () => ({ accept: this.#random() < 0.5 }),
      'lock-class': () => ({ locked: true }),
      'switch-signal': () => ({ enabled: false }),
      'send-chat': () => ({ text: this.#text() || 'x' }),
      'page-chat': () => ({ beforeMessageId: this.#random() < 0.5 ? null : 3 }),
      'delete-chat': () => ({ messageId: 1 }),
      'set-chat': () => ({ writers: 'staff', slowModeSeconds: 600 }),
      react: () => ({ reaction: this.#of(REACTIONS) }),
      'page-roster': () => ({ search: this.#text() }),
    };
    return (
      bodies[type]?.() ?? (type.includes('-of') || /invite|audience|mute|remove/.test(type) ? { seatId: id() } : {})
    );
  }

  #rubbish(depth: number): unknown {
    const dice = Math.floor(this.#random() * (depth > 0 ? 12 : 9));
    if (dice === 0) return null;
    if (dice === 1) return this.#number();
    if (dice === 2) return this.#text();
    if (dice === 3) return this.#of(this.loot);
    if (dice === 4) return 'A'.repeat(Math.floor(this.#random() * 60_000));
    if (dice === 5) return Buffer.from([1, 2, 3]);
    if (dice === 6) return this.#random() < 0.5;
    if (dice === 7) return undefined;
    if (dice === 8) return { ['__proto__']: { admin: true }, length: -1 };
    const size = Math.floor(this.#random() * (dice === 9 ? 4 : 40));
    if (dice === 9) return Array.from({ length: size * 10 }, () => this.#rubbish(depth - 1));
    return Object.fromEntries(Array.from({ length: size }, () => [this.#text(), this.#rubbish(depth - 1)]));
  }

  #text(): string {
    return this.#of([
      '',
      ' ',
      '\u0000',
      '\u202e',
      '<script>',
      "'; drop table seat; --",
      '%s',
      '😀'.repeat(9),
      'a',
      '__proto__',
    ]);
  }

  #number(): number {
    return this.#of([0, -1, 1, 2 ** 31, 2 ** 53, -0, 0.1, 1e308, Number.NaN, Number.POSITIVE_INFINITY]);
  }

  #of<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.#random() * values.length)];
    if (value === undefined) throw new Error('nothing to choose from');
    return value;
  }
}

class FakeConnection implements Connection {
  readonly connectionId = crypto.randomUUID();
  closed = false;
  readonly unsentBytes = 0;
  readonly last: ServerMessage[] = [];

  send(message: ServerMessage): void {
    this.last.push(message);
    if (this.last.length > 50) this.last.shift();
  }

  end(): void {
    this.closed = true;
  }

  breakOff(): void {
    this.closed = true;
  }
}

let classroom: TestClassroom;
beforeAll(async () => {
  classroom = await TestClassroom.open();
});
afterAll(() => classroom.close());

async function enter(
  sessions: ClassSessions,
  seat: Seat,
  connection = new FakeConnection(),
): Promise<{ participant: Participant; session: ClassSession }> {
  const admission = await sessions.admit({ protocol: PROTOCOL_VERSION, ...seat });
  if (admission.kind !== 'seat') throw new Error(admission.reason);
  const participant = await takePart(admission.session, connection, { ...admission, pageId: null });
  admission.place.release();
  if (!participant) throw new Error('not seated');
  return { participant, session: admission.session };
}

describe(`100,000 lies (seed ${SEED})`, () => {
  it('through the gateway: nothing crashes, no role is crossed, memory stays flat', { timeout: 240_000 }, async () => {
    const broadcast: ServerMessage[] = [];
    const outbox: Outbox = {
      join: () => undefined,
      leave: () => undefined,
      send: (_view, ...messages) => {
        broadcast.push(...messages);
        broadcast.splice(0, broadcast.length - 200);
      },
    };
    const sessions = new ClassSessions(classroom.deps(), () => outbox);
    const detail = await classroom.plan();
    const { participant: teacher, session } = await enter(
      sessions,
      await classroom.staffSeat(detail, 'instructor', 'Ada'),
    );
    const say = (who: Participant, type: ClientMessageType, body: object) =>
      answerMessage(who, { type, body }, new MessageRate(new FakeClock()));
    await say(teacher, 'start-class', {});
    const victimConnection = new FakeConnection();
    const victimSeat = await classroom.guestSeat(detail, 'Victim');
    const { participant: victim } = await enter(sessions, victimSeat, victimConnection);
    await say(victim, 'raise-hand', {});
    await say(victim, 'send-chat', { text: 'leave me in peace' });
    const stage = await session.media.openTransport(teacher.person.seatId, false, 'stage');
    const codec = { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 };
    const rtpParameters = { codecs: [codec], encodings: [{ ssrc: 5 }] };
    const microphone = { transportId: stage.transportId, source: 'microphone', kind: 'audio', rtpParameters };
    const produced = await say(teacher, 'produce', microphone);
    expect(produced).toMatchObject({ ok: true });
    const { producerId } = (produced as { result: { producerId: string } }).result;

    const liars = [
      (await enter(sessions, await classroom.guestSeat(detail, 'Liar'))).participant,
      (await enter(sessions, await classroom.guestSeat(detail, 'Liar on stage'))).participant,
    ];
    await say(teacher, 'invite-to-stage', { seatId: liars[1]!.person.seatId });
    await say(liars[1]!, 'answer-invitation', { accept: true });

    const liar = new Liar(randomFrom(SEED), [
      stage.transportId,
      producerId,
      victim.person.seatId,
      teacher.person.seatId,
    ]);
    const clock = new FakeClock();
    const rates = liars.map(() => new MessageRate(clock));
    const outcomes = new Map<string, number>();
    let heapBefore = 0;
    for (let sent = 0; sent < MESSAGES; sent += 1) {
      const index = sent % liars.length;
      const who = liars[index]!;
      // Slow enough for most to pass the rate limit: it is the rest that is tried here.
      clock.pass(2_000);
      const raw = liar.message();
      const onStage = session.live.stage.isInvitedMember(who.person.seatId);
      const answer = await answerMessage(who, raw, rates[index]!);
      const outcome = answer.ok ? 'ok' : answer.error.code;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (answer.ok) {
        const { action } = CLIENT_MESSAGES[(raw as { type: ClientMessageType }).type];
        expect(action === null || mayDo(action, 'student', onStage)).toBe(true);
      }
      if (!session.seating.isCurrent(who)) {
        // It left: it comes back, as liars do, and asks to be let on the stage again.
        const { seatId, name } = who.person;
        const record = {
          seatId,
          name,
          role: 'student',
          classId: detail.classId,
          accountId: null,
          removed: false,
          arrived: true,
          wasInside: true,
        } as const;
        liars[index] = (await takePart(session, new FakeConnection(), { seat: record, pageId: null, knockedMs: 0 }))!;
      }
      if (sent % 500 === 0) {
        for (const { person } of liars) {
          if (session.live.seats.get(person.seatId)?.connected)
            session.live.inviteToStage(teacher.person, person.seatId);
        }
      }
      if (sent === MESSAGES / 4) heapBefore = heapAfterCollection();
    }
    for (let sent = 0; sent < DATAGRAMS; sent += 1) {
      session.live.contributions.set(liars[0]!.person.seatId, true);
      const bytes = liar.datagram();
      session.media.emit('signal', liars[0]!.person.seatId, bytes);
      expect(() => parseDatagram(bytes)).not.toThrow();
      if (classroom.signals.accepted.length > 100) classroom.signals.accepted.length = 0;
    }
    const grownBytes = heapAfterCollection() - heapBefore;

    expect(outcomes.get('internal') ?? 0).toBe(0);
    expect(classroom.logLines).toEqual([]);
    // The lies were not all stopped at the first door.
    for (const outcome of ['ok', 'bad-request', 'not-allowed', 'media-gone', 'permission-missing']) {
      expect(outcomes.get(outcome) ?? 0, outcome).toBeGreaterThan(100);
    }
    expect(grownBytes).toBeLessThan(12 * 1024 * 1024);

    // Whatever is the others' is as it was.
    expect(session.live.state).toMatchObject({ status: 'live', locked: false, signalEnabled: true });
    expect(session.live.chat.settings).toEqual({ writers: 'everyone', slowModeSeconds: 0 });
    expect(session.live.hands.place(victim.person.seatId)).not.toBeNull();
    expect(session.seating.isCurrent(victim) && session.seating.isCurrent(teacher)).toBe(true);
    expect(session.media.isPublishing(teacher.person.seatId, producerId)).toBe(true);
    const [first] = (await session.parts.records.messagesBefore(detail.classId, 3, 5)).messages;
    expect(first).toMatchObject({ text: 'leave me in peace' });
    for (const message of [...broadcast, ...victimConnection.last]) {
      expect(serverMessageSchema.safeParse(message).success).toBe(true);
    }
    await sessions.close();
  });

  it(
    'over the real wire: the server stands, the others are served, and who floods is put out',
    { timeout: 60_000 },
    async () => {
      const { detail, instructor, students } = await classroom.liveClass(['Victim']);
      const liar = new Liar(randomFrom(SEED + 1), [students[0]!.seat.seatId]);
      const page = await classroom.connect(await classroom.guestSeat(detail, 'Liar'));
      await page.answerContribution();
      const signal = await TestSignal.open(page);
      for (let sent = 0; sent < 200; sent += 1) if (signal.channel.isOpen()) signal.send(liar.datagram());
      for (let sent = 0; sent < OVER_THE_WIRE && page.socket.connected; sent += 1) {
        if (sent % 7 === 0) page.socket.emit('no-such-event', liar.message());
        else if (sent % 5 === 0) page.socket.emit('message', liar.message());
        else page.socket.emit('message', liar.message(), () => undefined);
        if (sent % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await page.gone();
      const oversized = await classroom.connect(await classroom.guestSeat(detail, 'Oversized'));
      oversized.socket.emit('message', { type: 'send-chat', body: { text: 'A'.repeat(70_000) } });
      await oversized.gone();

      await students[0]!.ask('send-chat', { text: 'still here' });
      await instructor.saw('chat', (message) => fromChatLines(message).some(({ text }) => text === 'still here'));
      expect(students[0]!.count('goodbye')).toBe(0);
      expect(classroom.logLines.filter((line) => !line.includes('flooded'))).toEqual([]);
    },
  );
});
