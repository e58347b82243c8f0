import type { MediaSource, Person, StageMember } from '@lectern/contracts';

/** One picture on the stage: a shared screen, or a person (with a camera, or by name alone). */
export interface Tile {
  readonly key: string;
  readonly kind: 'screen' | 'person';
  readonly person: Person;
  /** The producer of the picture; null when the person shows none now. */
  readonly producerId: string | null;
  readonly microphone: 'on' | 'muted' | 'none';
  /** False while the person's connection is lost. */
  readonly connected: boolean;
}

export type Arrangement = 'empty' | 'alone' | 'grid' | 'beside' | 'below' | 'corner';

export interface StageLayout {
  readonly arrangement: Arrangement;
  /** What fills the stage: the newest shared screen, else a person; null when the people stand in a grid. */
  readonly main: Tile | null;
  /** Everybody else, in the order of the stage. */
  readonly others: readonly Tile[];
}

export interface StageSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

const SCREEN_ASPECT = 16 / 9;
/** Narrower than this a person's tile beside the screen is too small to read a face from. */
const SIDE_MIN_PX = 180;
const BELOW_MIN_PX = 110;
/** People look better beside each other than one above the other: so much of the size that is worth. */
const AS_LARGE_SHARE = 0.95;

/** The pictures of a stage: shared screens first (newest first), then people in the order of the stage. */
export function tilesOf(stage: readonly StageMember[]): Tile[] {
  const screens: Tile[] = [];
  const people: Tile[] = [];
  for (const member of stage) {
    const person: Person = { seatId: member.seatId, name: member.name, role: member.role };
    const { connected } = member;
    const microphone = microphoneOf(member);
    const screen = sourceOf(member, 'screen');
    if (screen !== undefined)
      screens.unshift({
        key: `screen:${screen.producerId}`,
        kind: 'screen',
        person,
        producerId: screen.producerId,
        microphone,
        connected,
      });
    const camera = sourceOf(member, 'camera');
    people.push({
      key: `person:${member.seatId}`,
      kind: 'person',
      person,
      producerId: camera === undefined || camera.paused ? null : camera.producerId,
      microphone,
      connected,
    });
  }
  return [...screens, ...people];
}

/**
 * Arranges the stage for a size: a shared screen first with people beside it, below it (tall windows) or in a corner;
 * without a screen one person alone fills it and several stand in a grid. Staff who publish nothing are left out; an invited
 * student without camera and microphone stands there by name. A tile that the reader pinned takes the place of the main one.
 */
export function layoutStage(stage: readonly StageMember[], size: StageSize, pinned: string | null = null): StageLayout {
  const tiles = tilesOf(stage.filter(({ sources, role }) => sources.length > 0 || role === 'student'));
  if (tiles.length === 0) return { arrangement: 'empty', main: null, others: [] };
  const pinnedTile = tiles.find((tile) => tile.key === pinned);
  const main = pinnedTile ?? tiles.find((tile) => tile.kind === 'screen');
  if (main === undefined) {
    const [first] = tiles;
    if (tiles.length === 1 && first !== undefined) return { arrangement: 'alone', main: first, others: [] };
    return { arrangement: 'grid', main: null, others: tiles };
  }
  const others = tiles.filter((tile) => tile !== main);
  if (others.length === 0) return { arrangement: 'alone', main, others };
  return { arrangement: besideBelowOrCorner(size, others.length), main, others };
}

function besideBelowOrCorner({ widthPx, heightPx }: StageSize, others: number): Arrangement {
  if (widthPx <= 0 || heightPx <= 0) return 'beside';
  const leftBeside = widthPx - heightPx * SCREEN_ASPECT;
  const leftBelow = heightPx - widthPx / SCREEN_ASPECT;
  if (leftBelow >= BELOW_MIN_PX && leftBelow > leftBeside) return 'below';
  if (leftBeside >= SIDE_MIN_PX || others > 1) return widthPx < 3 * SIDE_MIN_PX ? 'below' : 'beside';
  return 'corner';
}

/** Columns of a grid that make 16:9 tiles about as large as the size allows. */
export function gridColumns(count: number, { widthPx, heightPx }: StageSize): number {
  let best = 1;
  let bestWidthPx = 0;
  for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
    const rows = Math.ceil(count / columns);
    const tileWidthPx = Math.min(widthPx / columns, (heightPx / rows) * SCREEN_ASPECT);
    if (tileWidthPx > bestWidthPx * AS_LARGE_SHARE) {
      best = columns;
      bestWidthPx = tileWidthPx;
    }
  }
  return best;
}

function sourceOf(member: StageMember, source: MediaSource): StageMember['sources'][number] | undefined {
  return member.sources.find((candidate) => candidate.source === source);
}

function microphoneOf(member: StageMember): Tile['microphone'] {
  const microphone = sourceOf(member, 'microphone');
  if (microphone === undefined) return 'none';
  return microphone.paused ? 'muted' : 'on';
}
