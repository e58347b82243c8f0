import type { MediaSource, Person, StageMember } from '@lectern/contracts';
import { barePlaces, PICTURE_ASPECT, placeTiles, type StagePlaces, type StageSize } from './stage-places.ts';

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

export type Arrangement = 'empty' | 'alone' | 'grid' | StagePlaces['arrangement'];

/** What the reader chose to see. */
export interface StageChoice {
  /** Key of the tile that takes the place of the main one. */
  readonly pinned?: string | null;
  /** True where people beside a shared screen are put away. */
  readonly camerasAway?: boolean;
  /** Key of the tile that is shown alone. */
  readonly alone?: string | null;
}

export interface StageLayout {
  readonly arrangement: Arrangement;
  /** What fills the stage: the newest shared screen, else a person; null when the people stand in a grid. */
  readonly main: Tile | null;
  /** Everybody else, in the order of the stage. */
  readonly others: readonly Tile[];
  /** Where they lie, while there is a main one and others with it. */
  readonly places: StagePlaces | null;
}

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
 * Arranges the stage for a size: a shared screen first with people beside it or below it, never on it;
 * without a screen one person alone fills it and several stand in a grid. Staff who publish nothing are left out; an invited
 * student without camera and microphone stands there by name. What the reader chose goes before that.
 */
export function layoutStage(stage: readonly StageMember[], size: StageSize, choice: StageChoice = {}): StageLayout {
  const tiles = tilesOf(stage.filter(({ sources, role }) => sources.length > 0 || role === 'student'));
  if (tiles.length === 0) return { arrangement: 'empty', main: null, others: [], places: null };
  const alone = tiles.find((tile) => tile.key === choice.alone);
  const pinned = tiles.find((tile) => tile.key === choice.pinned);
  const main = alone ?? pinned ?? tiles.find((tile) => tile.kind === 'screen');
  if (main === undefined) {
    const [first] = tiles;
    if (tiles.length === 1 && first !== undefined)
      return { arrangement: 'alone', main: first, others: [], places: null };
    return { arrangement: 'grid', main: null, others: tiles, places: null };
  }
  const others = tiles.filter((tile) => tile !== main);
  if (others.length === 0) return { arrangement: 'alone', main, others, places: null };
  const isBare = alone !== undefined || (choice.camerasAway === true && main.kind === 'screen');
  const places = isBare ? barePlaces(size) : placeTiles(size, others.length);
  return { arrangement: places.arrangement, main, others, places };
}

/** Columns of a grid that make 16:9 tiles about as large as the size allows. */
export function gridColumns(count: number, { widthPx, heightPx }: StageSize): number {
  let best = 1;
  let bestWidthPx = 0;
  for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
    const rows = Math.ceil(count / columns);
    const tileWidthPx = Math.min(widthPx / columns, (heightPx / rows) * PICTURE_ASPECT);
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
