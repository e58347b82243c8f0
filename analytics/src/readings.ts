import { LEVEL_FROM, READING_STEPS, WINDOW_MS } from '@lectern/contracts';
import type { LEVEL_WORDS, Reading, ReadingResolution } from '@lectern/contracts';
import type { PublishedWindow } from './published-window.ts';

const MINUTE_MS = 60_000;
/** Half-width of the 95 % interval of a normal distribution, in standard deviations. */
const NORMAL_95 = 1.96;
type LevelWord = (typeof LEVEL_WORDS)[number];

/** By how much a level's edge must be passed for a word that was said to be taken back. */
const WORD_MARGIN = 0.05;

/** The noisy mean over a stretch of windows. Not clipped: that is for what is shown. */
export interface Estimate {
  readonly share: number;
  /** Standard deviation of the noise in `share`. */
  readonly sd: number;
  /** Mean number of devices measured in a window, rounded down. */
  readonly measured: number;
}

/**
 * The mean over the published rows among `rows`, weighted by how many were measured; null when fewer than half of the
 * `windows` of the stretch were published.
 */
export function estimate(rows: readonly PublishedWindow[], windows: number): Estimate | null {
  let count = 0;
  let measured = 0;
  let noisySum = 0;
  let variance = 0;
  for (const row of rows) {
    if (row.value === null || row.measured === null) continue;
    count += 1;
    measured += row.measured;
    noisySum += row.value.noisySum;
    variance += row.value.noiseSd ** 2;
  }
  if (count === 0 || count * 2 < windows) return null;
  return { share: noisySum / measured, sd: Math.sqrt(variance) / measured, measured: Math.floor(measured / count) };
}

/** Published rows that can be asked for a stretch of the class clock. */
export class PublishedStretch {
  readonly #rows: ReadonlyMap<number, PublishedWindow>;

  constructor(rows: readonly PublishedWindow[]) {
    this.#rows = new Map(rows.map((row) => [row.window, row]));
  }

  /** The estimate from `fromMs` to `toMs`, both at the edge of a window. */
  estimate(fromMs: number, toMs: number): Estimate | null {
    const rows: PublishedWindow[] = [];
    for (let window = fromMs / WINDOW_MS; window < toMs / WINDOW_MS; window += 1) {
      const row = this.#rows.get(window);
      if (row !== undefined) rows.push(row);
    }
    return estimate(rows, (toMs - fromMs) / WINDOW_MS);
  }
}

/** What a figure or word needs: how many measured, over which span. */
function stepOf(resolution: ReadingResolution): (typeof READING_STEPS)[number] {
  const step = READING_STEPS.find((candidate) => candidate.resolution === resolution);
  if (step === undefined) throw new Error(`READING_STEPS has no step for ${resolution}`);
  return step;
}

/**
 * Marks between `fromMs` and `toMs`, oldest first, without overlap: a minute where enough were measured for a figure, else
 * the five minutes that end there in words. Both are edges of minutes. The tiles are laid from the newest backwards, so that the
 * newest words are of the last five minutes.
 */
export function marks(stretch: PublishedStretch, fromMs: number, toMs: number): Reading[] {
  const words = levelWords(stretch, fromMs, toMs);
  const wordsSpanMs = stepOf('words').spanMs;
  const laid: Reading[] = [];
  let endMs = toMs;
  while (endMs > fromMs) {
    const minute = figure(stretch, 'minute', endMs - MINUTE_MS);
    const spoken = minute === null && endMs - wordsSpanMs >= fromMs ? words.get(endMs) : undefined;
    if (spoken !== undefined && noFigures(stretch, endMs - wordsSpanMs, endMs)) {
      laid.push(spoken);
      endMs -= wordsSpanMs;
      continue;
    }
    if (minute !== null) laid.push(minute);
    endMs -= MINUTE_MS;
  }
  return laid.reverse();
}

/** Five-second marks between two windows, the second not included; only where 200 or more were measured. */
export function fineMarks(stretch: PublishedStretch, fromWindow: number, toWindow: number): Reading[] {
  const laid: Reading[] = [];
  for (let window = fromWindow; window < toWindow; window += 1) {
    const mark = figure(stretch, 'window', window * WINDOW_MS);
    if (mark !== null) laid.push(mark);
  }
  return laid;
}

function figure(stretch: PublishedStretch, resolution: 'minute' | 'window', fromMs: number): Reading | null {
  const step = stepOf(resolution);
  const toMs = fromMs + step.spanMs;
  const found = stretch.estimate(fromMs, toMs);
  if (found === null || found.measured < step.from) return null;
  const { share, sd, measured } = found;
  const band = NORMAL_95 * sd;
  return {
    resolution,
    fromMs,
    toMs,
    share: shown(share),
    low: shown(share - band),
    high: shown(share + band),
    measured,
  };
}

function noFigures(stretch: PublishedStretch, fromMs: number, toMs: number): boolean {
  for (let atMs = fromMs; atMs < toMs; atMs += MINUTE_MS) {
    if (figure(stretch, 'minute', atMs) !== null) return false;
  }
  return true;
}

/** What may be said, by the end of its five minutes: each word leans on the one a minute before, so that it does not flicker. */
function levelWords(stretch: PublishedStretch, fromMs: number, toMs: number): Map<number, Reading> {
  const { from, spanMs } = stepOf('words');
  const words = new Map<number, Reading>();
  let before: LevelWord | null = null;
  for (let endMs = Math.max(spanMs, fromMs); endMs <= toMs; endMs += MINUTE_MS) {
    const found = stretch.estimate(endMs - spanMs, endMs);
    if (found === null || found.measured < from) {
      before = null;
      continue;
    }
    const level = levelWord(found.share, before);
    words.set(endMs, { resolution: 'words', fromMs: endMs - spanMs, toMs: endMs, level, measured: found.measured });
    before = level;
  }
  return words;
}

/** The word for a share; the word said before holds until its edge is passed by the margin. */
export function levelWord(share: number, before: LevelWord | null): LevelWord {
  const mostFrom = LEVEL_FROM.most + (before === null ? 0 : before === 'most' ? -WORD_MARGIN : WORD_MARGIN);
  const halfFrom = LEVEL_FROM['about-half'] + (before === null ? 0 : before === 'few' ? WORD_MARGIN : -WORD_MARGIN);
  if (share >= mostFrom) return 'most';
  return share >= halfFrom ? 'about-half' : 'few';
}

function shown(share: number): number {
  return Math.min(1, Math.max(0, share));
}
