/** How large the stage is, or a piece of it. */
export interface StageSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Where one picture lies, from the upper left corner of the stage. */
export interface Place extends StageSize {
  readonly leftPx: number;
  readonly topPx: number;
}

export interface StagePlaces {
  /** Where the small tiles are: nowhere when `bare`, because the main picture needs what room there is. */
  readonly arrangement: 'beside' | 'below' | 'bare';
  readonly main: Place;
  readonly others: readonly Place[];
}

interface Strip {
  readonly side: 'beside' | 'below';
  readonly lanes: number;
  readonly tileWidthPx: number;
}

export const PICTURE_ASPECT = 16 / 9;
const GAP_PX = 8;
/** Wider than this a small tile tells no more. */
const TILE_MAX_PX = 288;
/** A face can be read from this width on a large stage; a small one gives a share of its own. */
const FACE_PX = 180;
const FACE_SHARE = 0.14;
/** Narrower than this a tile is a blot. */
const TILE_MIN_PX = 56;
/** So much of the width that the main picture has alone stays its own, however many stand beside it. */
const MAIN_SHARE = 0.8;

/**
 * Places for a main picture and small tiles, in pixels: no two overlap and none leaves the stage. The tiles stand in a strip
 * beside or below, wherever the pictures become largest together.
 */
export function placeTiles(size: StageSize, count: number): StagePlaces {
  const room = roomOf(size);
  const facePx = Math.max(TILE_MIN_PX, Math.min(FACE_PX, size.widthPx * FACE_SHARE));
  const strip = bestStrip(room, count, facePx) ?? bestStrip(room, count, TILE_MIN_PX);
  if (strip === null) return barePlaces(size);
  return strip.side === 'beside' ? placesBeside(room, count, strip) : placesBelow(room, count, strip);
}

/** All the room for the main picture: the others have no place. */
export function barePlaces(size: StageSize): StagePlaces {
  return { arrangement: 'bare', main: roomOf(size), others: [] };
}

function roomOf({ widthPx, heightPx }: StageSize): Place {
  return {
    leftPx: GAP_PX,
    topPx: GAP_PX,
    widthPx: Math.max(0, widthPx - 2 * GAP_PX),
    heightPx: Math.max(0, heightPx - 2 * GAP_PX),
  };
}

function bestStrip(room: StageSize, count: number, minPx: number): Strip | null {
  const least = pictureWidth(room) * MAIN_SHARE;
  let best: Strip | null = null;
  let bestArea = 0;
  for (const strip of stripsOf(count, minPx)) {
    const mainPx = pictureWidth(roomLeft(room, strip));
    if (mainPx < least || !isLongEnough(room, count, strip)) continue;
    const area = mainPx ** 2 + count * strip.tileWidthPx ** 2;
    if (area <= bestArea) continue;
    best = strip;
    bestArea = area;
  }
  return best;
}

function* stripsOf(count: number, minPx: number): Generator<Strip> {
  for (const side of ['beside', 'below'] as const)
    for (let lanes = 1; lanes <= count; lanes += 1)
      for (let tileWidthPx = TILE_MAX_PX; tileWidthPx >= minPx; tileWidthPx -= 1) yield { side, lanes, tileWidthPx };
}

function isLongEnough(room: StageSize, count: number, { side, lanes, tileWidthPx }: Strip): boolean {
  const inLane = Math.ceil(count / lanes);
  return side === 'beside'
    ? lengthOf(inLane, tileWidthPx / PICTURE_ASPECT) <= room.heightPx
    : lengthOf(inLane, tileWidthPx) <= room.widthPx;
}

function roomLeft({ widthPx, heightPx }: StageSize, { side, lanes, tileWidthPx }: Strip): StageSize {
  return side === 'beside'
    ? { widthPx: widthPx - lengthOf(lanes, tileWidthPx) - GAP_PX, heightPx }
    : { widthPx, heightPx: heightPx - lengthOf(lanes, tileWidthPx / PICTURE_ASPECT) - GAP_PX };
}

function placesBeside(room: Place, count: number, strip: Strip): StagePlaces {
  const { widthPx } = roomLeft(room, strip);
  const tile = tileSize(strip);
  const inLane = Math.ceil(count / strip.lanes);
  const others = Array.from({ length: count }, (_, index) => ({
    ...tile,
    leftPx: room.leftPx + widthPx + GAP_PX + Math.floor(index / inLane) * (tile.widthPx + GAP_PX),
    topPx: room.topPx + (index % inLane) * (tile.heightPx + GAP_PX),
  }));
  return { arrangement: 'beside', main: { ...room, widthPx }, others };
}

/** The main picture and the rows below it stand together in the middle. */
function placesBelow(room: Place, count: number, strip: Strip): StagePlaces {
  const left = roomLeft(room, strip);
  const heightPx = Math.min(left.heightPx, room.widthPx / PICTURE_ASPECT);
  const topPx = room.topPx + (left.heightPx - heightPx) / 2;
  const tile = tileSize(strip);
  const inRow = Math.ceil(count / strip.lanes);
  const others = Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / inRow);
    const rowWidthPx = lengthOf(Math.min(inRow, count - row * inRow), tile.widthPx);
    return {
      ...tile,
      leftPx: room.leftPx + (room.widthPx - rowWidthPx) / 2 + (index % inRow) * (tile.widthPx + GAP_PX),
      topPx: topPx + heightPx + GAP_PX + row * (tile.heightPx + GAP_PX),
    };
  });
  return { arrangement: 'below', main: { ...room, topPx, heightPx }, others };
}

function tileSize({ tileWidthPx }: Strip): StageSize {
  return { widthPx: tileWidthPx, heightPx: tileWidthPx / PICTURE_ASPECT };
}

function lengthOf(count: number, eachPx: number): number {
  return count * eachPx + (count - 1) * GAP_PX;
}

function pictureWidth({ widthPx, heightPx }: StageSize): number {
  return Math.max(0, Math.min(widthPx, heightPx * PICTURE_ASPECT));
}
