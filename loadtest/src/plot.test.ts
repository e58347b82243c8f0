import { expect, it } from 'vitest';
import { plotFigure } from './plot.ts';

const plot = (points: readonly (readonly [number, number])[]) =>
  plotFigure({ title: 'Load', x: 'students', y: 'ms', series: [{ name: 'join', points }] });
const ticks = (svg: string, anchor: string) =>
  [...svg.matchAll(new RegExp(`class="tick"[^>]*text-anchor="${anchor}">([^<]*)<`, 'g'))].map(([, text]) => text);

it('has round numbers at both axes, from zero up to what was measured', () => {
  const svg = plot([
    [8.33, 12],
    [191.7, 2_850],
  ]);
  expect(ticks(svg, 'middle')).toEqual(['0', '50', '100', '150']);
  expect(ticks(svg, 'end')).toEqual(['0', '1,000', '2,000', '3,000']);
});

it('shows each of a few that were measured, and draws no dots on a long course', () => {
  const long = Array.from({ length: 100 }, (_, second) => [second, 1] as const);
  expect(plot(long.slice(0, 3)).match(/<circle/g)).toHaveLength(3);
  expect(plot(long)).not.toContain('<circle');
});

it('draws what is zero all the time, and says where nothing was measured', () => {
  expect(plot([[0, 0]])).not.toMatch(/NaN|Infinity/);
  expect(plot([])).toContain('nothing was measured');
});

it('reaches below zero where something lies there', () => {
  const svg = plot([
    [1, -0.4],
    [2, 0.5],
  ]);
  expect(ticks(svg, 'end')).toEqual(['-0.4', '-0.2', '0', '0.2', '0.4', '0.6']);
});

it('marks what happened with a line and its name, for eyes and for screen readers', () => {
  const marks = [
    { x: 40, label: 'server <killed>' },
    { x: 41, label: 'server ready again' },
  ];
  const series = [{ name: 'present', points: [[0, 1] as const, [30, 1] as const] }];
  const svg = plotFigure({ title: 'Load', x: 'seconds', y: 'students', series, marks });
  expect(svg.match(/class="mark"/g)).toHaveLength(2);
  expect(svg).toContain('>server &lt;killed&gt;</text>');
  expect(svg).toMatch(/aria-label="[^"]*; server &lt;killed&gt; at 40; server ready again at 41"/);
  // What happened after the last sample stands within the plot.
  expect(Math.max(...[...svg.matchAll(/class="mark" d="M([\d.]+) /g)].map(([, x]) => Number(x)))).toBeLessThanOrEqual(
    748,
  );
});
