import { describe, expect, it } from 'vitest';
import { placeTiles, type Place, type StageSize } from './stage-places.ts';

const PHONE_WITH_CHAT = { widthPx: 360, heightPx: 153 };
const PHONE_WITH_CARD = { widthPx: 360, heightPx: 280 };
const PHONE = { widthPx: 360, heightPx: 560 };
const WIDE = { widthPx: 1600, heightPx: 700 };
const EXACT = { widthPx: 1280, heightPx: 720 };
const ROUNDING_PX = 1e-6;

function* stageSizes(): Generator<StageSize> {
  for (let widthPx = 360; widthPx <= 1920; widthPx += 60)
    for (let heightPx = 120; heightPx <= 900; heightPx += 20) yield { widthPx, heightPx };
  yield* [PHONE_WITH_CHAT, PHONE_WITH_CARD, WIDE, EXACT];
}

function isInside(place: Place, { widthPx, heightPx }: StageSize): boolean {
  return (
    place.leftPx >= 0 &&
    place.topPx >= 0 &&
    place.leftPx + place.widthPx <= widthPx + ROUNDING_PX &&
    place.topPx + place.heightPx <= heightPx + ROUNDING_PX
  );
}

function overlap(one: Place, other: Place): boolean {
  return (
    one.leftPx + ROUNDING_PX < other.leftPx + other.widthPx &&
    other.leftPx + ROUNDING_PX < one.leftPx + one.widthPx &&
    one.topPx + ROUNDING_PX < other.topPx + other.heightPx &&
    other.topPx + ROUNDING_PX < one.topPx + one.heightPx
  );
}

const widthOfScreen = ({ widthPx, heightPx }: StageSize): number => Math.min(widthPx, (heightPx * 16) / 9);

describe('placeTiles', () => {
  it.each([0, 1, 2, 3, 4, 8])('keeps a shared screen and %i cameras inside the stage and apart', (count) => {
    for (const size of stageSizes()) {
      const { main, others } = placeTiles(size, count);
      const places = [main, ...others];
      expect(
        places.filter((place) => !isInside(place, size)),
        JSON.stringify(size),
      ).toEqual([]);
      const touching = places.flatMap((one, at) => places.slice(at + 1).filter((other) => overlap(one, other)));
      expect(touching, JSON.stringify(size)).toEqual([]);
    }
  });

  it.each([1, 2, 3, 4])(
    'leaves the screen four fifths of its width beside %i cameras, and shows all of them',
    (count) => {
      for (const size of stageSizes()) {
        const { main, others } = placeTiles(size, count);
        const alone = placeTiles(size, 0).main;
        expect(widthOfScreen(main) / widthOfScreen(alone), JSON.stringify(size)).toBeGreaterThanOrEqual(0.8);
        expect(others, JSON.stringify(size)).toHaveLength(count);
      }
    },
  );

  it('takes nothing from the screen where a camera fits into what it leaves', () => {
    for (const size of [PHONE_WITH_CHAT, PHONE_WITH_CARD, PHONE, WIDE]) {
      const alone = widthOfScreen(placeTiles(size, 0).main);
      expect(alone - widthOfScreen(placeTiles(size, 1).main), JSON.stringify(size)).toBeLessThan(2);
    }
  });

  it('puts cameras below in a tall stage, beside in a wide or low one', () => {
    expect([PHONE, PHONE_WITH_CARD].map((size) => placeTiles(size, 2).arrangement)).toEqual(['below', 'below']);
    expect([WIDE, EXACT, PHONE_WITH_CHAT].map((size) => placeTiles(size, 2).arrangement)).toEqual(
      Array(3).fill('beside'),
    );
  });

  it('keeps a face readable on a large stage', () => {
    expect(placeTiles(EXACT, 1).others[0]?.widthPx).toBeGreaterThanOrEqual(179);
  });

  it('shows the screen alone where so many cameras find no room, and before the stage has a size', () => {
    expect(placeTiles({ widthPx: 360, heightPx: 90 }, 8)).toMatchObject({ arrangement: 'bare', others: [] });
    expect(placeTiles({ widthPx: 0, heightPx: 0 }, 2)).toMatchObject({ arrangement: 'bare', others: [] });
  });
});
