import { escaped } from './escape.ts';

/** One line or cloud of a plot. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A plot; both axes begin at zero. */
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
const FEW = 24;
/** Told apart without colour too. */
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '1 5', '12 4'];

/** Inline SVG with its legend below; says so where there is nothing to draw. */
export function plotFigure({ title, x, y, series }: Plot): string {
  const drawn = series.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return `<figure><figcaption>${escaped(title)}: nothing was measured.</figcaption></figure>`;
  const all = drawn.flatMap(({ points }) => points);
  const xs = all.map(([value]) => value);
  const across = scale(Math.max(...xs), LEFT, WIDTH - RIGHT);
  const highest = Math.max(...all.map(([, value]) => value));
  const up = scale(Math.ceil(highest / niceStep(highest)) * niceStep(highest), HEIGHT - BOTTOM, TOP);
  const lines = drawn.map(({ points }, index) => line(points, across.at, up.at, index));
  const legend = drawn.map(({ name }, index) => legendEntry(name, index));
  return `<figure><figcaption>${escaped(title)}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(`${title}: ${y} over ${x}; ${drawn.map(({ name }) => name).join(', ')}`)}">
${ticks(up.to)
  .map((value) => horizontal(value, up.at(value)))
  .join('')}
${ticks(across.to)
  .map((value) => vertical(value, across.at(value)))
  .join('')}
<text class="axis" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 4}" text-anchor="middle">${escaped(x)}</text>
<text class="axis" transform="translate(12 ${(HEIGHT - BOTTOM + TOP) / 2}) rotate(-90)" text-anchor="middle">${escaped(y)}</text>
${lines.join('\n')}
</svg><ul class="legend">${legend.join('')}</ul></figure>`;
}

interface Scale {
  readonly to: number;
  readonly at: (value: number) => number;
}

/** From zero to this, which is one where there is nothing but zeros. */
function scale(to: number, start: number, end: number): Scale {
  const span = to > 0 ? to : 1;
  return { to: span, at: (value) => Math.round((start + (value / span) * (end - start)) * 10) / 10 };
}

/** The next of 1, 2, 5, 10, 20 and so on that divides this into so many parts as there are ticks, or fewer. */
function niceStep(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most / TICKS));
  return ([1, 2, 5].find((step) => step * power * TICKS >= most) ?? 10) * power;
}

/** The round values up to this. */
function ticks(to: number): number[] {
  const step = niceStep(to);
  return Array.from({ length: Math.floor(to / step + 1e-9) + 1 }, (_, index) => index * step);
}

function line(points: Series['points'], across: Scale['at'], up: Scale['at'], index: number): string {
  const path = points.map(([x, y], nth) => `${nth === 0 ? 'M' : 'L'}${across(x)} ${up(y)}`).join('');
  const own = `class="s${index % DASHES.length}"`;
  // Of few, each one that was measured shows, and that nothing was between them.
  const dots = points.length > FEW ? [] : points.map(([x, y]) => `<circle cx="${across(x)}" cy="${up(y)}" r="2.5"/>`);
  return `<path ${own} d="${path}" fill="none" stroke-width="1.8" stroke-dasharray="${DASHES[index % DASHES.length] ?? ''}"/><g ${own} fill="none">${dots.join('')}</g>`;
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
  return Number(value.toPrecision(3)).toLocaleString('en');
}
