import { fromChatLines } from '@lectern/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestClassroom } from './test-classroom.ts';

let classroom: TestClassroom;
beforeAll(async () => {
  classroom = await TestClassroom.open();
});
afterAll(() => classroom.close());
beforeEach(() => {
  classroom.logLines.length = 0;
});

/** While `work` runs, the store refuses everything that concerns this table. */
async function without(table: string, work: () => Promise<void>): Promise<void> {
  await classroom.database.script(`alter table ${table} rename to elsewhere`);
  try {
    await work();
  } finally {
    await classroom.database.script(`alter table elsewhere rename to ${table}`);
  }
}

describe('what cannot be written', () => {
  it('is answered as unavailable and logged, and a hand that could not be kept goes down again', async () => {
    const { instructor, students } = await classroom.liveClass();
    await without('raised_hand', async () => {
      expect(await students[0]!.refusal('raise-hand', {})).toBe('unavailable');
    });
    expect(classroom.logLines.join('')).toContain('could not be written');
    await instructor.saw('hands-changed', ({ count }) => count === 0);
    expect(await students[0]!.refusal('raise-hand', {})).toBeNull();
  });

  it('of a hand that was lowered is made good for as soon as it can be', async () => {
    const { detail, students } = await classroom.liveClass(['A', 'B', 'C']);
    for (const page of students) await page.ask('raise-hand', {});
    await without('raised_hand', async () => {
      expect(await students[0]!.refusal('lower-hand', {})).toBe('unavailable');
    });
    const onDisk = async () =>
      (
        await classroom.database.query<{ name: string }>(
          'select name from raised_hand join seat using (seat_id) where raised_hand.class_id = $1 order by raise_order',
          [detail.classId],
        )
      ).map(({ name }) => name);
    await expect.poll(onDisk, { timeout: 10_000 }).toEqual(['B', 'C']);
  });

  it('leaves a student in the audience whose place on the stage could not be kept', async () => {
    const { instructor, students } = await classroom.liveClass();
    const student = students[0]!;
    await instructor.ask('invite-to-stage', { seatId: student.seat.seatId });
    await student.saw('invited');
    await without('stage_member', async () => {
      expect(await student.refusal('answer-invitation', { accept: true })).toBe('unavailable');
    });
    await student.saw('on-stage', ({ onStage }) => !onStage);
    expect(await student.refusal('open-transport', { purpose: 'stage' })).toBe('not-allowed');
  });

  it('of a Yes leaves the student without it, and of a No ends the contribution all the same', async () => {
    const { students } = await classroom.liveClass();
    const answer = { permission: 'contribute', wording: 'contribute-1', language: 'en' } as const;
    const transport = () => students[0]!.refusal('open-transport', { purpose: 'signal' });
    await without('permission_record', async () => {
      expect(await students[0]!.refusal('set-permission', { ...answer, granted: true })).toBe('unavailable');
    });
    expect(await transport()).toBe('permission-missing');
    await students[0]!.ask('set-permission', { ...answer, granted: true });
    await without('permission_record', async () => {
      expect(await students[0]!.refusal('set-permission', { ...answer, granted: false })).toBe('unavailable');
    });
    expect(await transport()).toBe('permission-missing');
  });

  it('changes nothing in the chat: neither a message that was to be deleted nor its settings', async () => {
    const { instructor, students } = await classroom.liveClass();
    const { messageId } = await students[0]!.ask('send-chat', { text: 'still here' });
    await without('chat_message', async () => {
      expect(await instructor.refusal('delete-chat', { messageId })).toBe('unavailable');
      expect(await students[0]!.refusal('send-chat', { text: 'lost' })).toBe('unavailable');
    });
    await without('chat_setting', async () => {
      expect(await instructor.refusal('set-chat', { writers: 'staff', slowModeSeconds: 5 })).toBe('unavailable');
    });
    const again = await classroom.connect(instructor.seat);
    const { chat } = again.snapshot;
    expect(fromChatLines(chat).map(({ text }) => text)).toEqual(['still here']);
    expect(chat.settings).toEqual({ writers: 'everyone', slowModeSeconds: 0 });
    await again.ask('delete-chat', { messageId });
    await students[0]!.saw('chat', ({ deleted }) => deleted?.includes(messageId) ?? false);
  });
});
