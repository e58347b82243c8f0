import type { FrameRow, WindowRow } from '../rows.ts';
import { InOrder } from './in-order.ts';
import { openMeasuringBrowser, type MeasuringBrowser, type MeasuringPage } from './measuring-page.ts';
import { Progress } from './progress.ts';
import { findRecordings, type Found, type Recording, type Refused } from './recordings.ts';
import type { Baseline, Job, NumberedFrame, Part, SeenWindow } from './recorded.ts';
import { openRowsOutput, type RowsOutput } from './rows-output.ts';
import { counts, summary, unreadable } from './summary.ts';

export interface MeasureOptions {
  readonly paths: readonly string[];
  readonly out: string | null;
  readonly baseline: Baseline;
  /** Frames a second of the folders of pictures, which are sequences then. */
  readonly sequenceRate: number | null;
  /** At most as many frames a second of a video are looked at. */
  readonly videoRate: number | null;
  /** The camera's field of view along the longer side, degrees; null: as the product assumes. */
  readonly viewDeg: number | null;
  readonly workers: number;
}

/** What is worked off at once by one page: stills in small lots, anything else alone. */
interface Lot {
  readonly numbers: readonly number[];
  readonly job: Job;
}

const STILLS_AT_ONCE = 16;

/** How a run ended: everything was read, or something was not, or it was broken off. */
export type Ending = 'whole' | 'unreadable' | 'interrupted';

/** Measures all and writes the rows. Rejects with a `UsageError` when it cannot begin. */
export async function measure(options: MeasureOptions): Promise<Ending> {
  const { recordings, refused, ignored } = await findRecordings(options.paths, options.sequenceRate !== null);
  const output = openRowsOutput(options.out);
  const run = new Run({ recordings, refused, ignored }, output, options);
  process.once('SIGINT', () => run.interrupt());
  try {
    if (recordings.length > 0) await run.all();
  } finally {
    output.close();
  }
  if (run.isInterrupted()) return 'interrupted';
  run.summarise();
  return run.isWhole() ? 'whole' : 'unreadable';
}

class Run {
  readonly #found: Found;
  readonly #recordings: readonly Recording[];
  readonly #output: RowsOutput;
  readonly #options: MeasureOptions;
  readonly #progress: Progress;
  readonly #rows: InOrder<FrameRow | WindowRow>;
  readonly #sharesDone = new Map<number, number>();
  #frameCount = 0;
  #windowCount = 0;
  #interrupted = false;
  #modelHash = '';
  /** Recordings of which something could not be read, by their numbers. */
  readonly #unreadable = new Set<number>();

  constructor(found: Found, output: RowsOutput, options: MeasureOptions) {
    this.#found = found;
    this.#recordings = found.recordings;
    this.#output = output;
    this.#options = options;
    this.#progress = new Progress(found.recordings, found.refused.length);
    for (const file of found.refused) this.#refuse(file);
    this.#rows = new InOrder((_, rows) => {
      this.#write(rows);
    });
  }

  #refuse({ file, reason }: Refused): void {
    this.#progress.say(`not read: ${file}: ${reason}`);
  }

  async all(): Promise<void> {
    const browser = await openMeasuringBrowser();
    this.#modelHash = browser.modelHash;
    try {
      const lots = this.#lots(browser);
      const workers = Math.min(this.#options.workers, lots.length);
      await Promise.all(Array.from({ length: workers }, () => this.#work(browser, lots)));
    } catch (error) {
      if (!this.#interrupted) throw error;
    } finally {
      await browser.close();
    }
  }

  /** Whether everything could be read. */
  isWhole(): boolean {
    return this.#unreadable.size + this.#found.refused.length === 0;
  }

  /** Whether somebody broke it off. */
  isInterrupted(): boolean {
    return this.#interrupted;
  }

  /** The browser ends by itself; what is written stays. */
  interrupt(): void {
    this.#interrupted = true;
    this.#progress.say(`Broken off. What was written until now is whole: ${counts(this.#counted())}.`);
  }

  summarise(): void {
    this.#progress.close();
    const { refused, ignored } = this.#found;
    const unreadable = this.#unreadable.size + refused.length;
    this.#progress.say(summary({ ...this.#counted(), unreadable, seconds: this.#progress.seconds, ignored }));
    if (this.#output.places.length > 0) this.#progress.say(`They are in ${this.#output.places.join(' and ')}.`);
  }

  #counted(): { frames: number; windows: number; recordings: number } {
    const recordings = this.#recordings.length + this.#found.refused.length;
    return { frames: this.#frameCount, windows: this.#windowCount, recordings };
  }

  #lots(browser: MeasuringBrowser): Lot[] {
    const lots: Lot[] = [];
    const { baseline, sequenceRate, videoRate, viewDeg } = this.#options;
    let stills: number[] = [];
    const closeStills = (): void => {
      if (stills.length > 0) lots.push(this.#stills(browser, stills));
      stills = [];
    };
    for (const [number, { kind, paths }] of this.#recordings.entries()) {
      const [url = '', ...others] = paths.map((path) => browser.files.urlOf(path));
      if (kind === 'still') {
        stills.push(number);
        if (stills.length === STILLS_AT_ONCE) closeStills();
        continue;
      }
      closeStills();
      const job: Job =
        kind === 'video'
          ? { kind, url, framesPerSecond: videoRate, baseline, viewDeg }
          : { kind, urls: [url, ...others], framesPerSecond: sequenceRate ?? 0, baseline, viewDeg };
      lots.push({ numbers: [number], job });
    }
    closeStills();
    return lots;
  }

  #stills(browser: MeasuringBrowser, numbers: readonly number[]): Lot {
    const urls = numbers.map((number) => browser.files.urlOf(this.#recordings[number]?.paths[0] ?? ''));
    return { numbers, job: { kind: 'stills', urls, viewDeg: this.#options.viewDeg } };
  }

  async #work(browser: MeasuringBrowser, lots: Lot[]): Promise<void> {
    let page: MeasuringPage | null = null;
    for (let lot = lots.shift(); lot !== undefined && !this.isInterrupted(); lot = lots.shift()) {
      page ??= await browser.openPage();
      const unfinished = new Set(lot.numbers);
      const { numbers } = lot;
      try {
        await page.measure(lot.job, (part) => {
          const number = numbers[part.item] ?? -1;
          this.#hear(number, part);
          if (part.type === 'done') unfinished.delete(number);
        });
      } catch (error) {
        if (this.isInterrupted()) return;
        await page.close().catch(() => undefined);
        page = null;
        this.#giveUp(browser, unfinished, lots, error);
      }
    }
    await page?.close();
  }

  /** The page broke down: of several stills nobody knows over which, so each is tried alone; one alone is not tried again. */
  #giveUp(browser: MeasuringBrowser, unfinished: ReadonlySet<number>, lots: Lot[], error: unknown): void {
    const numbers = [...unfinished].sort((a, b) => a - b);
    const [number = 0] = numbers;
    if (numbers.length > 1) {
      lots.unshift(...numbers.map((one) => this.#stills(browser, [one])));
    } else if (numbers.length === 1) {
      const reason = inOneLine(error);
      this.#hear(number, { type: 'unreadable', item: 0, frame: null, reason });
      this.#hear(number, { type: 'done', item: 0 });
    }
  }

  #hear(number: number, part: Part): void {
    const recording = this.#recordings[number];
    if (recording === undefined) return;
    switch (part.type) {
      case 'frames':
        this.#advance(number, recording, part.share, part.frames.length);
        this.#rows.add(
          number,
          part.frames.map((frame) => frameRow(recording.file, frame)),
        );
        break;
      case 'windows':
        this.#rows.add(
          number,
          part.windows.map((window) => this.#windowRow(recording.file, window)),
        );
        break;
      case 'unreadable':
        this.#unreadable.add(number);
        this.#refuse(unreadable(recording, part.frame, part.reason));
        break;
      case 'done':
        // Of what gave no frame nothing can be told about the time that the others take.
        if (this.#sharesDone.has(number)) this.#advance(number, recording, 1, 0);
        else this.#progress.leaveOut(recording.bytes);
        this.#rows.finish(number);
        this.#progress.finishOne();
        break;
    }
  }

  #advance(number: number, { bytes }: Recording, share: number, frames: number): void {
    const before = this.#sharesDone.get(number) ?? 0;
    this.#sharesDone.set(number, Math.max(before, share));
    this.#progress.add(Math.max(0, share - before) * bytes, frames);
  }

  #write(rows: readonly (FrameRow | WindowRow)[]): void {
    const frames = rows.filter((row) => 'frame' in row);
    const windows = rows.filter((row) => 'window' in row);
    if (frames.length > 0) this.#output.frames(frames);
    if (windows.length > 0) this.#output.windows(windows);
    this.#frameCount += frames.length;
    this.#windowCount += windows.length;
  }

  #windowRow(file: string, { window, startMs, score, abstain, usableFrames }: SeenWindow): WindowRow {
    return { file, window, startMs, score: rounded(score, 6), abstain, usableFrames, modelHash: this.#modelHash };
  }
}

/** Without what Playwright puts around an error of the page. */
function inOneLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/^page\.evaluate: (\w*Error: )?/, '');
}

function frameRow(file: string, seen: NumberedFrame): FrameRow {
  return {
    file,
    frame: seen.frame,
    tMs: seen.tMs,
    faces: seen.faces,
    pitchDeg: rounded(seen.pitchDeg, 3),
    yawDeg: rounded(seen.yawDeg, 3),
    rollDeg: rounded(seen.rollDeg, 3),
    gazeYawDeg: rounded(seen.gazeYawDeg, 3),
    gazePitchDeg: rounded(seen.gazePitchDeg, 3),
    eyeOpenLeft: rounded(seen.eyeOpenLeft, 4),
    eyeOpenRight: rounded(seen.eyeOpenRight, 4),
    blink: seen.blink,
    facing: rounded(seen.facing, 6),
  };
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}
