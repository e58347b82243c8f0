import { CLASS_ROLES, CLIENT_MESSAGES, mayDo } from '@lectern/contracts';
import type { ClassRole, ClientMessageType } from '@lectern/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClassroom } from './test-classroom.ts';
import type { TestPage } from './test-page.ts';

let classroom: TestClassroom;
let target: TestPage;
const pages = new Map<ClassRole | 'onStage', TestPage>();

beforeAll(async () => {
  classroom = await TestClassroom.open();
  const { detail, instructor, students } = await classroom.liveClass(['Sam', 'Kim', 'Target']);
  const [sam, kim, other] = students as [TestPage, TestPage, TestPage];
  target = other;
  await instructor.ask('invite-to-stage', { seatId: kim.seat.seatId });
  await kim.ask('answer-invitation', { accept: true });
  pages.set('instructor', instructor);
  pages.set('assistant', await classroom.connect(await classroom.staffSeat(detail, 'assistant', 'Ben')));
  pages.set('student', sam);
  pages.set('onStage', kim);
});
afterAll(() => classroom.close());

/** A body of the right form for each message, so that nothing but the role can refuse it. */
const uuid = '00000000-0000-4000-8000-000000000000';
const BODIES: Partial<Record<ClientMessageType, () => object>> = {
  quality: () => ({ rttMs: 1, lossShare: 0 }),
  'open-transport': () => ({ purpose: 'receive' }),
  'connect-transport': () => ({
    transportId: uuid,
    dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: 'AB:'.repeat(31) + 'AB' }] },
  }),
  'restart-ice': () => ({ transportId: uuid }),
  receive: () => ({ transportId: uuid, rtpCapabilities: {} }),
  'resume-consumers': () => ({ consumerIds: [] }),
  'pause-consumers': () => ({ consumerIds: [] }),
  'prefer-layers': () => ({ consumerId: uuid, spatialLayer: 0 }),
  produce: () => ({
    transportId: uuid,
    source: 'camera',
    kind: 'video',
    rtpParameters: { codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }] },
  }),
  'pause-producer': () => ({ producerId: uuid }),
  'resume-producer': () => ({ producerId: uuid }),
  'close-producer': () => ({ producerId: uuid }),
  'set-permission': () => ({ permission: 'contribute', granted: false, wording: 'contribute-1', language: 'en' }),
  'produce-signal': () => ({ transportId: uuid, sctpStreamParameters: { streamId: 0, ordered: false } }),
  'lower-hand-of': () => ({ seatId: target.seat.seatId }),
  'invite-to-stage': () => ({ seatId: target.seat.seatId }),
  'answer-invitation': () => ({ accept: true }),
  'send-to-audience': () => ({ seatId: target.seat.seatId }),
  mute: () => ({ seatId: target.seat.seatId }),
  remove: () => ({ seatId: target.seat.seatId }),
  'lock-class': () => ({ locked: true }),
  'switch-signal': () => ({ enabled: false }),
  'send-chat': () => ({ text: 'hello' }),
  'page-chat': () => ({ beforeMessageId: null }),
  'delete-chat': () => ({ messageId: 1 }),
  'set-chat': () => ({ writers: 'everyone', slowModeSeconds: 0 }),
  react: () => ({ reaction: 'clap' }),
  'page-roster': () => ({}),
};

const types = Object.keys(CLIENT_MESSAGES) as ClientMessageType[];
const cases = (['student', 'onStage', 'assistant', 'instructor'] as const).flatMap((who) =>
  types.map((type) => {
    const { action } = CLIENT_MESSAGES[type];
    const role = who === 'onStage' ? 'student' : who;
    return { who, type, action, allowed: action === null || mayDo(action, role, who === 'onStage') };
  }),
);

describe('the role table', () => {
  it.each(cases.filter(({ allowed }) => !allowed))('$who is refused $type', async ({ who, type }) => {
    expect(await pages.get(who)?.refusal(type, BODIES[type]?.() ?? {})).toBe('not-allowed');
  });

  it('has lost nobody and changed nothing by all that was refused', async () => {
    const { total } = (await pages.get('instructor')?.ask('page-roster', {})) ?? { total: 0 };
    expect(total).toBe(5);
    const again = await classroom.connect(target.seat);
    expect(again.snapshot).toMatchObject({
      status: 'live',
      locked: false,
      signalOffered: true,
      chat: { lines: [] },
    });
  });

  it('lets staff alone see the data of somebody else’s link, and everybody those of their own', async () => {
    const outcomes: unknown[] = [];
    for (const who of ['student', 'onStage', 'assistant', 'instructor'] as const) {
      const page = pages.get(who)!;
      const of = (seatId: string) => page.refusal('link-stats', { seatId });
      outcomes.push([await of(target.seat.seatId), await of(page.seat.seatId), await of(uuid)]);
    }
    const student = ['not-allowed', null, 'not-allowed'];
    const staff = [null, null, 'not-found'];
    expect(outcomes).toEqual([student, student, staff, staff]);
  });

  // Those that would end the test for the others come last; what is allowed may fail for every reason but the role.
  const harmless = cases.filter(({ allowed, type }) => allowed && !['end-class', 'remove', 'leave'].includes(type));
  it.each(harmless)('$who is not refused $type for the role', async ({ who, type }) => {
    expect(await pages.get(who)?.refusal(type, BODIES[type]?.() ?? {})).not.toBe('not-allowed');
  });

  it('knows every role', () => {
    expect(CLASS_ROLES.every((role) => pages.has(role))).toBe(true);
  });
});
