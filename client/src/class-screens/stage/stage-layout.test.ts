import type { MediaSource, SeatId, StageMember } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { gridColumns, layoutStage, tilesOf } from './stage-layout.ts';

const seat = (n: number): SeatId => `00000000-0000-4000-8000-00000000000${String(n)}` as SeatId;

function member(n: number, sources: readonly (MediaSource | `${MediaSource}:paused`)[]): StageMember {
  return {
    seatId: seat(n),
    name: `Person ${String(n)}`,
    role: n === 1 ? 'instructor' : 'student',
    connected: true,
    sources: sources.map((entry) => {
      const [source, paused] = entry.split(':') as [MediaSource, string | undefined];
      return { source, producerId: `${String(n)}-${source}`, paused: paused === 'paused' };
    }),
  };
}

const WIDE = { widthPx: 1600, heightPx: 700 };
const EXACT = { widthPx: 1280, heightPx: 720 };
const PHONE = { widthPx: 360, heightPx: 560 };

describe('layoutStage', () => {
  it('is empty while nobody publishes', () => {
    expect(layoutStage([], WIDE).arrangement).toBe('empty');
    expect(layoutStage([member(1, [])], WIDE).arrangement).toBe('empty');
  });

  it('shows an invited student by name who has neither camera nor microphone', () => {
    expect(layoutStage([member(2, [])], WIDE)).toMatchObject({ arrangement: 'alone', main: { producerId: null } });
    expect(layoutStage([member(1, ['camera']), member(2, [])], WIDE).others).toHaveLength(2);
  });

  it('lets one person fill the stage and puts several in a grid', () => {
    expect(layoutStage([member(1, ['camera', 'microphone'])], WIDE)).toMatchObject({
      arrangement: 'alone',
      main: { kind: 'person', producerId: '1-camera' },
    });
    expect(layoutStage([member(1, ['camera']), member(2, ['microphone'])], WIDE)).toMatchObject({
      arrangement: 'grid',
      main: null,
    });
  });

  it('puts the shared screen first, with the camera beside it or below it as the room allows', () => {
    const stage = [member(1, ['camera', 'microphone', 'screen'])];
    expect(layoutStage(stage, WIDE)).toMatchObject({ arrangement: 'beside', main: { kind: 'screen' } });
    expect(layoutStage(stage, EXACT).arrangement).toBe('beside');
    expect(layoutStage(stage, PHONE).arrangement).toBe('below');
  });

  it('has a place for each of the others', () => {
    const stage = [member(1, ['camera', 'screen']), member(2, ['camera'])];
    const { others, places } = layoutStage(stage, EXACT);
    expect(places?.others).toHaveLength(others.length);
  });

  it('gives the newest shared screen the stage', () => {
    const stage = [member(1, ['screen']), member(2, ['screen'])];
    expect(layoutStage(stage, WIDE).main?.producerId).toBe('2-screen');
  });

  it('lets the reader pin another tile, and forgets a pin whose tile has gone', () => {
    const stage = [member(1, ['camera', 'screen']), member(2, ['camera'])];
    expect(layoutStage(stage, WIDE, { pinned: `person:${seat(2)}` }).main?.producerId).toBe('2-camera');
    expect(layoutStage(stage, WIDE, { pinned: 'person:gone' }).main?.kind).toBe('screen');
  });

  it('gives all the room to what the reader shows alone, and to a screen whose cameras are put away', () => {
    const stage = [member(1, ['camera', 'screen']), member(2, ['camera'])];
    const bare = { arrangement: 'bare', others: [{}, {}], places: { others: [] } };
    const alone = `person:${seat(2)}`;
    expect(layoutStage(stage, WIDE, { alone })).toMatchObject({ ...bare, main: { key: alone } });
    expect(layoutStage(stage, WIDE, { camerasAway: true })).toMatchObject({ ...bare, main: { kind: 'screen' } });
    expect(layoutStage(stage, WIDE, { camerasAway: true, pinned: alone }).arrangement).toBe('beside');
    expect(layoutStage(stage, WIDE, { alone: 'screen:gone' }).arrangement).toBe('beside');
  });
});

describe('tilesOf', () => {
  it('shows a person by name while the camera is paused', () => {
    expect(tilesOf([member(1, ['camera:paused', 'microphone:paused'])])).toEqual([
      expect.objectContaining({ kind: 'person', producerId: null, microphone: 'muted' }),
    ]);
  });
});

describe('gridColumns', () => {
  it.each([
    [1, WIDE, 1],
    [2, WIDE, 2],
    [2, { widthPx: 1264, heightPx: 730 }, 2],
    [4, EXACT, 2],
    [2, PHONE, 1],
    [8, EXACT, 3],
  ])('puts %i people into %o in %i columns', (count, size, columns) => {
    expect(gridColumns(count, size)).toBe(columns);
  });
});
