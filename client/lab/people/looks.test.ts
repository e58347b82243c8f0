import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { BEARDS, drawLooks, GLASSES_FRAMES, HAIRS, HEAD_COVERS, LID_SHAPES, MONK_TONES, skinColour } from './looks.ts';

const many = Array.from({ length: 2000 }, (_, seed) => drawLooks(seeded(seed)));

function share(of: (looks: (typeof many)[number]) => boolean): number {
  return many.filter(of).length / many.length;
}

describe('looks', () => {
  it('are the same for the same seed', () => {
    expect(drawLooks(seeded(42))).toEqual(drawLooks(seeded(42)));
    expect(drawLooks(seeded(42))).not.toEqual(drawLooks(seeded(43)));
  });

  it('spread evenly over all skin tones and lid shapes', () => {
    for (let tone = 0; tone < MONK_TONES.length; tone++)
      expect(share((looks) => looks.monkTone === tone)).toBeCloseTo(0.1, 1);
    for (const shape of LID_SHAPES) expect(share((looks) => looks.lidShape === shape)).toBeCloseTo(0.2, 1);
  });

  it('reach every hair, cover, beard, frame and mask', () => {
    for (const hair of HAIRS) expect(share((looks) => looks.hair === hair)).toBeGreaterThan(0.05);
    for (const cover of HEAD_COVERS) expect(share((looks) => looks.headCover === cover)).toBeGreaterThan(0.05);
    for (const beard of BEARDS) expect(share((looks) => looks.beard === beard)).toBeGreaterThan(0.05);
    for (const frame of GLASSES_FRAMES) expect(share((looks) => looks.glassesFrame === frame)).toBeGreaterThan(0.1);
    expect(share((looks) => looks.mask !== 'none')).toBeGreaterThan(0.02);
  });

  it('squint in a few per cent, by 8 to 20 degrees, both ways', () => {
    const squinting = many.filter((looks) => looks.strabismusDeg !== 0);
    expect(squinting.length / many.length).toBeGreaterThan(0.015);
    expect(squinting.length / many.length).toBeLessThan(0.05);
    for (const { strabismusDeg } of squinting) {
      expect(Math.abs(strabismusDeg)).toBeGreaterThanOrEqual(8);
      expect(Math.abs(strabismusDeg)).toBeLessThanOrEqual(20);
    }
    expect(squinting.some(({ strabismusDeg }) => strabismusDeg > 0)).toBe(true);
    expect(squinting.some(({ strabismusDeg }) => strabismusDeg < 0)).toBe(true);
  });

  it('keep kappa within 3 to 7 degrees, about 5 on average', () => {
    const kappas = many.map(({ kappaDeg }) => kappaDeg);
    expect(Math.min(...kappas)).toBeGreaterThanOrEqual(3);
    expect(Math.max(...kappas)).toBeLessThanOrEqual(7);
    expect(kappas.reduce((sum, kappa) => sum + kappa, 0) / kappas.length).toBeCloseTo(5, 0);
  });

  it('give what is wanted, match eyes and hair to it, and draw on as they would have without', () => {
    const wanted = drawLooks(seeded(7), { monkTone: 9, headCover: 'headscarf' });
    expect(wanted).toMatchObject({ monkTone: 9, headCover: 'headscarf' });
    expect(drawLooks(seeded(7), { monkTone: 9 }).irisColour).toMatch(/^#[23]/);
    const [free, bound] = [seeded(7), seeded(7)];
    drawLooks(free);
    drawLooks(bound, { monkTone: 2, glasses: true, strabismusDeg: 0 });
    expect(bound.between(0, 1)).toBe(free.between(0, 1));
  });

  it('lift the darkest skins as a camera exposes for them, and no others', () => {
    const luminance = (tone: number): number => {
      const { r, g, b } = skinColour(tone, seeded(1));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    expect(luminance(9)).toBeCloseTo(0.045, 3);
    expect(luminance(0)).toBeGreaterThan(0.6);
  });
});
