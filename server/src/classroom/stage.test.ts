import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MEDIA_SOURCES } from '@lectern/contracts';
import type { Person } from '@lectern/contracts';
import { Stage } from './stage.ts';
import { somebody } from './test-people.ts';

const limits = { videos: 2, openMicrophones: 1 };
const stageFull = expect.objectContaining({ code: 'stage-full' }) as Error;

function publish(
  stage: Stage,
  person: Person,
  source: 'camera' | 'microphone' | 'screen',
  producerId: string,
  paused = false,
) {
  stage.claim(person, source, paused).confirm(producerId);
}

describe('the stage', () => {
  it('shows staff while they publish, and invited students from the first moment on', () => {
    const stage = new Stage(limits);
    const teacher = somebody('Ada', 'instructor');
    const student = somebody('Sam');
    stage.join(student);
    publish(stage, teacher, 'camera', 'c1');
    expect(stage.members()).toEqual([
      { ...student, connected: true, sources: [] },
      { ...teacher, connected: true, sources: [{ source: 'camera', producerId: 'c1', paused: false }] },
    ]);
    stage.unpublish(teacher.seatId, 'c1');
    expect(stage.members()).toEqual([{ ...student, connected: true, sources: [] }]);
  });

  it('keeps the place of somebody whose connection is lost, and says so until they are back', () => {
    const stage = new Stage(limits);
    const teacher = somebody('Ada', 'instructor');
    publish(stage, teacher, 'camera', 'c1');
    let changes = 0;
    stage.on('changed', () => (changes += 1));
    stage.lose(teacher.seatId);
    stage.lose(teacher.seatId);
    expect(stage.members()).toMatchObject([{ name: 'Ada', connected: false, sources: [{ producerId: 'c1' }] }]);
    stage.arrive({ ...teacher, name: 'Ada L.' });
    stage.arrive({ ...teacher, name: 'Ada L.' });
    expect(stage.members()).toMatchObject([{ name: 'Ada L.', connected: true }]);
    expect(changes).toBe(2);
  });

  it('counts promised places, so that two at once cannot pass the limit', () => {
    const stage = new Stage(limits);
    stage.claim(somebody('A', 'instructor'), 'camera', false);
    const second = stage.claim(somebody('B', 'instructor'), 'screen', false);
    const late = somebody('C', 'instructor');
    expect(() => stage.claim(late, 'camera', false)).toThrow(stageFull);
    second.release();
    expect(() => stage.claim(late, 'camera', false)).not.toThrow();
  });

  it('lets in muted microphones past the limit, and refuses to open them', () => {
    const stage = new Stage(limits);
    const [first, second] = [somebody('A', 'instructor'), somebody('B', 'instructor')];
    publish(stage, first, 'microphone', 'm1');
    publish(stage, second, 'microphone', 'm2', true);
    expect(() => stage.setPaused(second.seatId, 'm2', false)).toThrow(stageFull);
    stage.setPaused(first.seatId, 'm1', true);
    stage.setPaused(second.seatId, 'm2', false);
    expect(stage.mute([first.seatId, second.seatId])).toEqual([{ seatId: second.seatId, producerId: 'm2' }]);
    expect(stage.mute([first.seatId, second.seatId])).toEqual([]);
  });

  it('mutes a microphone that is still being made, and the one that it replaces', () => {
    const stage = new Stage(limits);
    const teacher = somebody('Ada', 'instructor');
    const first = stage.claim(teacher, 'microphone', false);
    expect(stage.mute([teacher.seatId])).toEqual([]);
    expect(first.paused).toBe(true);
    first.confirm('m1');
    expect(stage.members()[0]?.sources).toEqual([{ source: 'microphone', producerId: 'm1', paused: true }]);
    stage.setPaused(teacher.seatId, 'm1', false);
    const again = stage.claim(teacher, 'microphone', false);
    expect(stage.mute([teacher.seatId])).toEqual([{ seatId: teacher.seatId, producerId: 'm1' }]);
    again.release();
    expect(stage.members()[0]?.sources).toEqual([{ source: 'microphone', producerId: 'm1', paused: true }]);
  });

  it('replaces a source that is published again, without asking for another place', () => {
    const stage = new Stage({ videos: 1, openMicrophones: 1 });
    const teacher = somebody('Ada', 'instructor');
    publish(stage, teacher, 'camera', 'c1');
    publish(stage, teacher, 'camera', 'c2');
    stage.unpublish(teacher.seatId, 'c1');
    expect(stage.members()[0]?.sources).toEqual([{ source: 'camera', producerId: 'c2', paused: false }]);
  });

  it('keeps what was published when nothing comes of replacing it', () => {
    const stage = new Stage(limits);
    const teacher = somebody('Ada', 'instructor');
    publish(stage, teacher, 'camera', 'c1');
    stage.claim(teacher, 'camera', false).release();
    expect(stage.members()[0]?.sources).toEqual([{ source: 'camera', producerId: 'c1', paused: false }]);
    const claim = stage.claim(teacher, 'camera', false);
    stage.unpublish(teacher.seatId, 'c1');
    claim.release();
    expect(stage.members()).toEqual([]);
  });

  it('refuses to pause what is somebody else’s', () => {
    const stage = new Stage(limits);
    publish(stage, somebody('A', 'instructor'), 'camera', 'c1');
    expect(() => stage.setPaused(somebody('B').seatId, 'c1', true)).toThrow(
      expect.objectContaining({ code: 'media-gone' }) as Error,
    );
  });

  it('forgets a claim whose owner left while the producer was being made', () => {
    const stage = new Stage(limits);
    const student = somebody('Sam');
    stage.join(student);
    const claim = stage.claim(student, 'camera', false);
    stage.leave(student.seatId);
    claim.confirm('c1');
    claim.release();
    expect(stage.members()).toEqual([]);
  });

  it('tells when a shared screen comes and goes, by whatever way it goes', () => {
    const stage = new Stage(limits);
    const seen: string[] = [];
    stage.on('screen-share-started', () => seen.push('started'));
    stage.on('screen-share-ended', () => seen.push('ended'));
    const student = somebody('Sam');
    stage.join(student);
    publish(stage, student, 'screen', 's1');
    stage.leave(student.seatId);
    publish(stage, student, 'screen', 's2');
    stage.unpublish(student.seatId, 's2');
    expect(seen).toEqual(['started', 'ended', 'started', 'ended']);
  });

  it('never holds more videos and open microphones than the limits, whatever happens in whatever order', () => {
    const people = [somebody('A', 'instructor'), somebody('B'), somebody('C', 'assistant')];
    const step = fc.record({
      who: fc.integer({ min: 0, max: 2 }),
      what: fc.constantFrom('claim', 'confirm', 'release', 'pause', 'resume', 'leave', 'join', 'unpublish'),
      source: fc.constantFrom(...MEDIA_SOURCES),
      paused: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const stage = new Stage(limits);
        const claims: { confirm: (id: string) => void; release: () => void }[] = [];
        let ids = 0;
        for (const { who, what, source, paused } of steps) {
          const person = people[who]!;
          const published = stage.members().find(({ seatId }) => seatId === person.seatId)?.sources;
          const producerId = published?.find((candidate) => candidate.source === source)?.producerId ?? 'none';
          try {
            if (what === 'claim') claims.push(stage.claim(person, source, paused));
            else if (what === 'confirm') claims.pop()?.confirm(`p${(ids += 1)}`);
            else if (what === 'release') claims.pop()?.release();
            else if (what === 'join') stage.join(person);
            else if (what === 'leave') stage.leave(person.seatId);
            else if (what === 'unpublish') stage.unpublish(person.seatId, producerId);
            else stage.setPaused(person.seatId, producerId, what === 'pause');
          } catch (error) {
            expect(['stage-full', 'media-gone']).toContain((error as { code: string }).code);
          }
          const all = stage.members().flatMap(({ sources }) => sources);
          expect(all.filter((one) => one.source === 'camera' || one.source === 'screen').length).toBeLessThanOrEqual(2);
          expect(all.filter((one) => one.source === 'microphone' && !one.paused).length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
