import { escaped } from './escape.ts';

/** One line or cloud of a plot. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What happened at one x, such as a kill: a line across the plot with its name. */
export interface Mark {
  readonly x: number;
  readonly label: string;
}

/** A plot; both axes begin at zero, y below it where something lies there. */
export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  readonly marks?: readonly Mark[];
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
export function plotFigure({ title, x, y, series, marks = [] }: Plot): string {
  const drawn = series.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return `<figure><figcaption>${escaped(title)}: nothing was measured.</figcaption></figure>`;
  const all = drawn.flatMap(({ points }) => points);
  const farthest = most([...all.map(([value]) => value), ...marks.map((mark) => mark.x)]);
  const across = scale(0, farthest, LEFT, WIDTH - RIGHT);
  const [lowest, highest] = [-most(all.map(([, value]) => -value)), most(all.map(([, value]) => value))];
  const step = niceStep(highest - lowest);
  const up = scale(Math.floor(lowest / step) * step, Math.ceil(highest / step) * step, HEIGHT - BOTTOM, TOP);
  const lines = drawn.map(({ points }, index) => line(points, across.at, up.at, index));
  const legend = drawn.map(({ name }, index) => legendEntry(name, index));
  return `<figure><figcaption>${escaped(title)}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(`${title}: ${y} over ${x}; ${drawn.map(({ name }) => name).join(', ')}${marks.map(({ x: at, label }) => `; ${label} at ${short(at)}`).join('')}`)}">
${ticks(up)
  .map((value) => horizontal(value, up.at(value)))
  .join('')}
${ticks(across)
  .map((value) => vertical(value, across.at(value)))
  .join('')}
<text class="axis" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 4}" text-anchor="middle">${escaped(x)}</text>
<text class="axis" transform="translate(12 ${(HEIGHT - BOTTOM + TOP) / 2}) rotate(-90)" text-anchor="middle">${escaped(y)}</text>
${lines.join('\n')}
${marks.map((mark, nth) => marked(mark, nth, across.at(mark.x))).join('')}
</svg><ul class="legend">${legend.join('')}</ul></figure>`;
}

/** The largest of these, zero at least. */
function most(values: readonly number[]): number {
  return values.reduce((largest, value) => Math.max(largest, value), 0);
}

interface Scale {
  readonly from: number;
  readonly to: number;
  readonly at: (value: number) => number;
}

/** From one value to another, which is one more where there is nothing but zeros. */
function scale(from: number, to: number, start: number, end: number): Scale {
  const span = to > from ? to - from : 1;
  const at = (value: number): number => Math.round((start + ((value - from) / span) * (end - start)) * 10) / 10;
  return { from, to: from + span, at };
}

/** The next of 1, 2, 5, 10, 20 and so on that divides this into so many parts as there are ticks, or fewer. */
function niceStep(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most / TICKS));
  return ([1, 2, 5].find((step) => step * power * TICKS >= most) ?? 10) * power;
}

/** The round values between its ends. */
function ticks({ from, to }: Scale): number[] {
  const step = niceStep(to - from);
  return Array.from({ length: Math.floor((to - from) / step + 1e-9) + 1 }, (_, index) => from + index * step);
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

/** Each name lies lower than that of the mark before: two may be close. */
function marked({ label }: Mark, nth: number, x: number): string {
  const isRight = x > WIDTH * 0.7;
  const y = TOP + 10 + nth * 13;
  return `<path class="mark" d="M${x} ${TOP}V${HEIGHT - BOTTOM}"/><text class="tick" x="${isRight ? x - 4 : x + 4}" y="${y}" text-anchor="${isRight ? 'end' : 'start'}">${escaped(label)}</text>`;
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en');
}
