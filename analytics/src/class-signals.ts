import type { CloseWindowRequest, CloseWindowResponse, Pacing, SignalRow } from '@lectern/contracts';
import { noiseSdFor, withNoise } from './noise.ts';
import type { UniformSource } from './noise.ts';
import { pacingFrom } from './pacing.ts';
import { PublishedCache } from './published-cache.ts';
import { coverageOf, FEWEST_TOLD } from './published-window.ts';
import type { PublishedWindow } from './published-window.ts';
import { SerialQueue } from './serial-queue.ts';
import type { Engine } from './store/engine.ts';
import { eraseClassRows } from './store/queries/erase-class.ts';
import { dropLiveRows } from './store/queries/drop-live-rows.ts';
import { largestArrival } from './store/queries/largest-arrival.ts';
import { publishedWindow } from './store/queries/published-windows.ts';
import { storeLiveRows } from './store/queries/store-live-rows.ts';
import { storePublishedWindow } from './store/queries/store-published-window.ts';
import { storedContributions } from './store/queries/stored-contributions.ts';
import { windowTotals } from './store/queries/window-totals.ts';
import type { WindowTotals } from './store/queries/window-totals.ts';
import { windowModels } from './store/queries/window-models.ts';
import { contributionKey, UnsettledRows } from './unsettled-rows.ts';

type Verdict = 'stored' | 'not-counted';

interface DrawnRow {
  readonly row: PublishedWindow;
  readonly closedAtMs: number;
}

interface ClassSignalsOptions {
  readonly engine: Engine;
  /** Wall clock in ms since the epoch, for retention only: windows are of the class clock. */
  readonly now: () => number;
  readonly uniform: UniformSource;
}

/**
 * The signals of all classes. Storing rows and closing windows take turns, so that a row is either in its window's
 * aggregate or told that it was not counted, never neither. Everything rejects with `unavailable` when too much waits.
 */
export class ClassSignals {
  readonly #engine: Engine;
  readonly #now: () => number;
  readonly #uniform: UniformSource;
  readonly #turns = new SerialQueue();
  readonly #published: PublishedCache;
  /** By class, a row that is drawn and not known to be stored: trying again stores the same noise. */
  readonly #drawn = new Map<string, DrawnRow>();
  readonly #unsettled = new UnsettledRows();
  /** Of the newest row; null until the store was asked. */
  #arrival: number | null = null;

  constructor(options: ClassSignalsOptions) {
    this.#engine = options.engine;
    this.#published = new PublishedCache(options.engine);
    this.#now = options.now;
    this.#uniform = options.uniform;
  }

  /**
   * Stores rows and gives the verdict on each, in order, once every stored one is on disk. The first value for a window wins.
   * A late row counts as stored only when it is known that its window was counted with it.
   */
  ingest(rows: readonly SignalRow[]): Promise<Verdict[]> {
    return this.#turns.run(async () => {
      const late = await this.#lateRows(rows);
      const open = rows.filter((row) => !late.has(row));
      await this.#store(open);
      const counted = await this.#countedBefore([...late].filter((row) => !this.#unsettled.has(row)));
      return rows.map((row) => (late.has(row) && !counted.has(contributionKey(row)) ? 'not-counted' : 'stored'));
    });
  }

  /**
   * Aggregates a window into its published row, once: closing it again gives what was published then. A window before
   * the newest closed one that was passed over stays unpublished.
   */
  closeWindow(request: CloseWindowRequest): Promise<CloseWindowResponse> {
    return this.#turns.run(async () => {
      const { classId, window, present, minimumCohort } = request;
      const newest = await this.#newestClosed(classId);
      if (newest === null || window > newest) await this.#publish(request);
      const rows = await this.#published.newest(classId);
      const row =
        rows.find((candidate) => candidate.window === window) ?? (await publishedWindow(this.#engine, classId, window));
      const coverage = row === null ? { window, measured: null, unclear: null, present } : coverageOf(row);
      return { coverage, pacing: await this.#pacing(classId, minimumCohort) };
    });
  }

  /** The pacing view's content as of the newest closed window. */
  pacing(classId: string, minimumCohort: number): Promise<Pacing> {
    return this.#turns.run(() => this.#pacing(classId, minimumCohort));
  }

  /** The newest closed window of a class; null before the first. */
  newestClosed(classId: string): Promise<number | null> {
    return this.#turns.run(() => this.#newestClosed(classId));
  }

  /** Removes what devices said of a class that is over; what was published stays. */
  dropLive(classId: string): Promise<void> {
    return this.#turns.run(async () => {
      await dropLiveRows(this.#engine, classId);
      this.#unsettled.forget(classId);
    });
  }

  /** Removes every row of a class. */
  erase(classId: string): Promise<void> {
    return this.#turns.run(async () => {
      await eraseClassRows(this.#engine, classId);
      this.#published.forget(classId);
      this.#drawn.delete(classId);
      this.#unsettled.forget(classId);
    });
  }

  /** For how long the turn that runs now has been running, in ms; 0 when none does. */
  get turnTakesMs(): number {
    return this.#turns.runningForMs;
  }

  /** Resolves when everything asked for so far is done. */
  idle(): Promise<void> {
    return this.#turns.idle();
  }

  async #store(rows: readonly SignalRow[]): Promise<void> {
    if (rows.length === 0) return;
    this.#arrival ??= (await largestArrival(this.#engine)) ?? 0;
    const arrived = rows.map((row) => ({ row, arrival: this.#nextArrival() }));
    try {
      await storeLiveRows(this.#engine, arrived, this.#now());
    } catch (error) {
      this.#unsettled.add(rows);
      throw error;
    }
    this.#unsettled.settle(rows);
  }

  async #publish(request: CloseWindowRequest): Promise<void> {
    const { classId, window, present, minimumCohort } = request;
    const pending = this.#drawn.get(classId);
    if (pending !== undefined) await this.#storeDrawn(classId, pending);
    if (pending !== undefined && window <= pending.row.window) return;
    const totals = await windowTotals(this.#engine, classId, window);
    const modelTags = await windowModels(this.#engine, classId, window, FEWEST_TOLD);
    const drawn = {
      row: publishedRow({ ...totals, modelTags }, { window, present, minimumCohort }, this.#uniform),
      closedAtMs: this.#now(),
    };
    this.#drawn.set(classId, drawn);
    await this.#storeDrawn(classId, drawn);
  }

  async #storeDrawn(classId: string, { row, closedAtMs }: DrawnRow): Promise<void> {
    await storePublishedWindow(this.#engine, classId, row, closedAtMs);
    this.#drawn.delete(classId);
    this.#published.append(classId, row);
  }

  async #pacing(classId: string, minimumCohort: number): Promise<Pacing> {
    const modelTags = await this.#published.modelTags(classId);
    return pacingFrom(await this.#published.newest(classId), { minimumCohort, modelTags });
  }

  async #newestClosed(classId: string): Promise<number | null> {
    return (await this.#published.newest(classId)).at(-1)?.window ?? null;
  }

  /** Rows whose window is closed. */
  async #lateRows(rows: readonly SignalRow[]): Promise<Set<SignalRow>> {
    const late = new Set<SignalRow>();
    for (const row of rows) {
      const newest = this.#drawn.get(row.classId)?.row.window ?? (await this.#newestClosed(row.classId));
      if (newest !== null && row.window <= newest) late.add(row);
    }
    return late;
  }

  /** Which late rows were stored before their window was aggregated: their acknowledgement was lost on the way. */
  async #countedBefore(rows: readonly SignalRow[]): Promise<Set<string>> {
    const counted = new Set<string>();
    for (const [classId, ofClass] of Map.groupBy(rows, (row) => row.classId)) {
      // A window that was passed over counts nobody. What is kept at hand reaches further back than live rows are kept.
      const aggregated = new Set((await this.#published.newest(classId)).map(({ window }) => window));
      const drawn = this.#drawn.get(classId)?.row.window;
      if (drawn !== undefined) aggregated.add(drawn);
      const windows = [...new Set(ofClass.map((row) => row.window))].filter((window) => aggregated.has(window));
      if (windows.length === 0) continue;
      const contributors = [...new Set(ofClass.map((row) => row.contributorId))];
      for (const found of await storedContributions(this.#engine, classId, windows, contributors)) {
        counted.add(contributionKey({ classId, window: found.window, contributorId: found.contributor_id }));
      }
    }
    return counted;
  }

  /** Grows with every row, over restarts and a clock that is set back too: microseconds, as long as rows do not come faster. */
  #nextArrival(): number {
    this.#arrival = Math.max((this.#arrival ?? 0) + 1, this.#now() * 1000);
    return this.#arrival;
  }
}

/** What may be published of a window: below k nothing of the value, below five measured not even how many. */
function publishedRow(
  totals: WindowTotals & Pick<PublishedWindow, 'modelTags'>,
  frame: { readonly window: number; readonly present: number; readonly minimumCohort: number },
  uniform: UniformSource,
): PublishedWindow {
  const { measured, unclear, scoreSum } = totals;
  const noiseSd = noiseSdFor(measured);
  const isTold = measured >= frame.minimumCohort;
  return {
    ...frame,
    measured: measured < FEWEST_TOLD ? null : measured,
    unclear: measured < FEWEST_TOLD ? null : unclear,
    value: isTold ? { noisySum: withNoise(scoreSum, noiseSd, uniform), noiseSd } : null,
    modelTags: isTold ? totals.modelTags : [],
  };
}
