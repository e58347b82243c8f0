import { PROTOCOL_VERSION, snapshotSchema, type Snapshot } from '@lectern/contracts';

const classId = '00000000-0000-4000-8000-000000000001';
const seatId = '00000000-0000-4000-8000-000000000002';

/** What a student sees who comes into a class that has just been made live. */
export function testSnapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return snapshotSchema.parse({
    protocol: PROTOCOL_VERSION,
    build: 'test',
    me: { seatId, name: 'Sam', role: 'student' },
    card: {
      ...{ classId, courseId: '00000000-0000-4000-8000-000000000003', courseTitle: 'Algebra', title: 'Rings' },
      ...{ instructors: ['Ada'], startsAt: null, status: 'live', guestsAllowed: true, synthetic: false },
    },
    institution: {
      ...{ setUp: true, responsibleBody: 'Campus', contact: 'privacy@campus.test', jurisdiction: 'eu' },
      ...{ signalMode: 'off', signalFixed: false, permitted: { device: false, cohort: false } },
    },
    status: 'live',
    classClockMs: 0,
    locked: false,
    signalOffered: false,
    remindersOffered: false,
    contributing: null,
    reminding: null,
    rtpCapabilities: {},
    audioPtimeMs: 20,
    stage: [],
    speaking: [],
    invitedBy: null,
    invitations: null,
    hands: { count: 0, myPlace: null, order: null },
    counts: { students: 1, present: 1, hearing: 0 },
    chat: { at: 0, lines: [], last: 0, more: false, settings: { writers: 'everyone', slowModeSeconds: 0 } },
    shedding: null,
    pacing: null,
    events: null,
    participation: null,
    ...changes,
  });
}
