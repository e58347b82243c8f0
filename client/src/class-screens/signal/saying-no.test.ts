import { courseIdSchema } from '@lectern/contracts';
import { expect, it } from 'vitest';
import { sayNo, takePermissionBack } from './saying-no.ts';

function asked() {
  const done: string[] = [];
  const note = (what: string) => () => {
    done.push(what);
    return Promise.resolve();
  };
  return {
    done,
    session: {
      stopContributing: note('stopped'),
      declineContributing: note('declined'),
      card: { courseId: courseIdSchema.parse('0193c9a5-1111-4222-8333-444455556666') },
    },
    keep: () => void done.push('kept'),
  };
}

it('stops what runs before anything is kept, so that a storage that throws keeps nothing on', () => {
  const { done, session, keep } = asked();
  takePermissionBack(session, keep);
  expect(done).toEqual(['stopped', 'kept']);
});

it('says No to the server before anything is kept', () => {
  const { done, session, keep } = asked();
  sayNo(session, keep);
  expect(done).toEqual(['declined', 'kept']);
});
