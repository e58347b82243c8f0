import { escaped } from './escape.ts';

/** One line or cloud of a plot. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A plot; y begins at zero. */
export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}

const WIDTH = 760;
const HEIGHT = 280;
const LEFT = 56;
const BOTTOM = 40;
const TOP = 12;
const RIGHT = 12;
const TICKS = 5;
/** Told apart without colour too. */
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '1 5', '12 4'];

/** Inline SVG with its legend below; says so where there is nothing to draw. */
export function plotFigure({ title, x, y, series }: Plot): string {
  const drawn = series.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return `<figure><figcaption>${escaped(title)}: nothing was measured.</figcaption></figure>`;
  const all = drawn.flatMap(({ points }) => points);
  const xs = all.map(([value]) => value);
  const across = scale(Math.min(...xs), Math.max(...xs), LEFT, WIDTH - RIGHT);
  const top = niceCeiling(Math.max(...all.map(([, value]) => value)));
  const up = scale(0, top, HEIGHT - BOTTOM, TOP);
  const lines = drawn.map(({ points }, index) => line(points, across.at, up.at, index));
  const legend = drawn.map(({ name }, index) => legendEntry(name, index));
  return `<figure><figcaption>${escaped(title)}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(`${title}: ${y} over ${x}; ${drawn.map(({ name }) => name).join(', ')}`)}">
${ticks(0, top)
  .map((value) => horizontal(value, up.at(value)))
  .join('')}
${ticks(across.from, across.to)
  .map((value) => vertical(value, across.at(value)))
  .join('')}
<text class="axis" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 4}" text-anchor="middle">${escaped(x)}</text>
<text class="axis" transform="translate(12 ${(HEIGHT - BOTTOM + TOP) / 2}) rotate(-90)" text-anchor="middle">${escaped(y)}</text>
${lines.join('\n')}
</svg><ul class="legend">${legend.join('')}</ul></figure>`;
}

interface Scale {
  readonly from: number;
  readonly to: number;
  readonly at: (value: number) => number;
}

function scale(from: number, to: number, start: number, end: number): Scale {
  const span = to === from ? 1 : to - from;
  return { from, to, at: (value) => Math.round((start + ((value - from) / span) * (end - start)) * 10) / 10 };
}

/** The next of 1, 2, 5, 10, 20 and so on. */
function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

function ticks(from: number, to: number): number[] {
  return Array.from({ length: TICKS + 1 }, (_, index) => from + ((to - from) * index) / TICKS);
}

function line(points: Series['points'], across: Scale['at'], up: Scale['at'], index: number): string {
  const path = points.map(([x, y], nth) => `${nth === 0 ? 'M' : 'L'}${across(x)} ${up(y)}`).join('');
  return `<path class="s${index % DASHES.length}" d="${path}" fill="none" stroke-width="1.8" stroke-dasharray="${DASHES[index % DASHES.length] ?? ''}"/>`;
}

function legendEntry(name: string, index: number): string {
  const stroke = `class="s${index % DASHES.length}" stroke-width="2" stroke-dasharray="${DASHES[index % DASHES.length] ?? ''}"`;
  return `<li><svg viewBox="0 0 28 8" aria-hidden="true"><path ${stroke} d="M0 4L28 4"/></svg>${escaped(name)}</li>`;
}

function horizontal(value: number, y: number): string {
  return `<path class="grid" d="M${LEFT} ${y}H${WIDTH - RIGHT}"/><text class="tick" x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${short(value)}</text>`;
}

function vertical(value: number, x: number): string {
  return `<text class="tick" x="${x}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${short(value)}</text>`;
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
