import type { SeatId } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { announcementsBetween, type Surroundings } from './announcements.ts';

const quiet: Surroundings = {
  connection: 'connected',
  status: 'live',
  onStage: false,
  invited: false,
  handPlace: null,
  microphone: 'none',
  screens: [],
  hands: null,
  soundRefused: false,
  media: 'fine',
  reduced: null,
  slowModeOffered: false,
  lamp: 'camera-off',
};
const after = (changes: Partial<Surroundings>, before: Partial<Surroundings> = {}) =>
  announcementsBetween({ ...quiet, ...before }, { ...quiet, ...before, ...changes });
const person = (name: string) => ({ seatId: name as SeatId, name });

describe('announcementsBetween', () => {
  it('says nothing while nothing changes', () => {
    expect(after({})).toEqual([]);
  });

  it('says that the connection is lost and that it is back, but not the first connecting', () => {
    expect(after({ connection: 'reconnecting' })).toEqual([{ kind: 'reconnecting' }]);
    expect(after({ connection: 'connected' }, { connection: 'reconnecting' })).toEqual([{ kind: 'reconnected' }]);
    expect(after({ connection: 'connected' }, { connection: 'connecting' })).toEqual([]);
  });

  it('says that the class has begun to whoever waited for it', () => {
    expect(after({ status: 'live' }, { status: 'open' })).toEqual([{ kind: 'live' }]);
  });

  it('says what keeps sound and picture away, once, and that they are back', () => {
    expect(after({ soundRefused: true })).toEqual([{ kind: 'sound-refused' }]);
    expect(after({ soundRefused: false }, { soundRefused: true })).toEqual([]);
    expect(after({ media: 'blocked' })).toEqual([{ kind: 'media-blocked' }]);
    expect(after({ media: 'unsupported' })).toEqual([{ kind: 'unsupported' }]);
    expect(after({ media: 'interrupted' })).toEqual([{ kind: 'media-interrupted' }]);
    expect(after({ media: 'silent' })).toEqual([{ kind: 'media-silent' }]);
    expect(after({}, { media: 'interrupted' })).toEqual([]);
    expect(after({ media: 'fine' }, { media: 'blocked' })).toEqual([{ kind: 'media-back' }]);
    expect(after({ media: 'fine' }, { media: 'interrupted' })).toEqual([{ kind: 'media-back' }]);
  });

  it('says to staff what the class gives up, and that it is over', () => {
    expect(after({ reduced: 'Cameras paused' })).toEqual([{ kind: 'reduced', words: 'Cameras paused' }]);
    expect(after({ reduced: 'Cameras paused' }, { reduced: 'Cameras paused' })).toEqual([]);
    expect(after({}, { reduced: 'Cameras paused' })).toEqual([]);
    expect(after({ reduced: null }, { reduced: 'Cameras paused' })).toEqual([{ kind: 'reduced', words: null }]);
  });

  it('says to staff that slow mode is offered, and nothing when the offer goes', () => {
    expect(after({ slowModeOffered: true })).toEqual([{ kind: 'slow-mode-offered' }]);
    expect(after({ slowModeOffered: false }, { slowModeOffered: true })).toEqual([]);
  });

  it('says what the lamp says when it changes, and nothing to staff', () => {
    expect(after({ lamp: 'taking-part' })).toEqual([{ kind: 'lamp', words: 'taking-part' }]);
    expect(after({ lamp: 'shown-to-class', onStage: true })).toEqual([
      { kind: 'on-stage' },
      { kind: 'lamp', words: 'shown-to-class' },
    ]);
    expect(after({}, { lamp: null })).toEqual([]);
  });

  it('says when a hand is raised, next, or lowered, but not each step in a long queue', () => {
    expect(after({ handPlace: 7 })).toEqual([{ kind: 'hand-place', place: 7 }]);
    expect(after({ handPlace: 6 }, { handPlace: 7 })).toEqual([]);
    expect(after({ handPlace: 1 }, { handPlace: 2 })).toEqual([{ kind: 'hand-place', place: 1 }]);
    expect(after({ handPlace: null }, { handPlace: 2 })).toEqual([{ kind: 'hand-lowered' }]);
  });

  it('says the stage, not the lowered hand, when a raised hand is taken to the stage', () => {
    expect(after({ handPlace: null, onStage: true }, { handPlace: 1 })).toEqual([{ kind: 'on-stage' }]);
  });

  it('tells a student of the way back from the stage, and staff, who are no audience, not', () => {
    expect(after({ onStage: false }, { onStage: true })).toEqual([{ kind: 'off-stage' }]);
    expect(after({ onStage: false }, { onStage: true, hands: [] })).toEqual([]);
    expect(after({ onStage: true }, { hands: [] })).toEqual([{ kind: 'on-stage' }]);
  });

  it('says that the microphone was muted, but not that it was published', () => {
    expect(after({ microphone: 'muted' }, { microphone: 'on' })).toEqual([{ kind: 'microphone-muted' }]);
    expect(after({ microphone: 'on' })).toEqual([]);
  });

  it('names who shares a screen', () => {
    expect(after({ screens: ['Ada'] }, { screens: ['Emmy'] })).toEqual([
      { kind: 'screen-started', name: 'Ada' },
      { kind: 'screen-ended', name: 'Emmy' },
    ]);
  });

  it('tells staff of new hands in one sentence, however many', () => {
    expect(after({ hands: [person('a'), person('b'), person('c')] }, { hands: [person('a')] })).toEqual([
      { kind: 'hand-raised', name: 'b', others: 1 },
    ]);
    expect(after({ hands: [person('b')] }, { hands: [person('a'), person('b')] })).toEqual([]);
  });
});
