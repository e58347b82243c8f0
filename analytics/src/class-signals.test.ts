import type { ClassId } from '@lectern/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ClassSignals } from './class-signals.ts';
import type { UniformSource } from './noise.ts';
import { secureUniform } from './noise.ts';
import type { Engine } from './store/engine.ts';
import { STORED_TABLES } from './store/engine.ts';
import { publishedWindow } from './store/queries/published-windows.ts';
import { windowTotals } from './store/queries/window-totals.ts';
import { abstained, newClass, people, scored } from './test-signals.ts';
import type { TestStore } from './test-stores.ts';
import { STORES } from './test-stores.ts';

/** Gives draws of exactly zero: the cosine of a quarter turn. */
const noNoise: UniformSource = () => 0.25;
const MINUTE = 12;

describe.each(STORES)('signals of a class on $name', { timeout: 60_000 }, ({ open }) => {
  let store: TestStore;
  let engine: Engine;
  beforeAll(async () => {
    store = await open();
    engine = store.engine;
  });
  afterAll(() => store.remove());

  const signalsWith = (uniform: UniformSource = noNoise, on: Engine = engine): ClassSignals =>
    new ClassSignals({ engine: on, now: Date.now, uniform });

  /** One window in which `count` contributors scored the same. */
  async function closeWith(signals: ClassSignals, classId: ReturnType<typeof newClass>, window: number, count: number) {
    await signals.ingest(people(count).map((person) => scored(classId, person, window, 0.75)));
    return signals.closeWindow({ classId, window, present: count, minimumCohort: 10 });
  }

  describe('what devices say', () => {
    it('counts the first value for a window, in whatever request a second one comes', async () => {
      const signals = signalsWith();
      const classId = newClass();
      const crowd = people(10);
      const [first] = crowd;
      expect(await signals.ingest(crowd.map((person) => scored(classId, person, 0, 0.5)))).toEqual(
        crowd.map(() => 'stored'),
      );
      expect(await signals.ingest([scored(classId, first!, 0, 1), scored(classId, first!, 0, 0.9)])).toEqual([
        'stored',
        'stored',
      ]);
      expect(await windowTotals(engine, classId, 0)).toEqual({ measured: 10, unclear: 0, scoreSum: 5 });
    });

    it('keeps an abstention that came first, and a score that came before an abstention', async () => {
      const signals = signalsWith();
      const classId = newClass();
      const [one, two] = people(2);
      await signals.ingest([abstained(classId, one!, 0), scored(classId, two!, 0, 0.5)]);
      await signals.ingest([scored(classId, one!, 0, 1), abstained(classId, two!, 0)]);
      expect(await windowTotals(engine, classId, 0)).toEqual({ measured: 1, unclear: 1, scoreSum: 0.5 });
    });

    it('counts the first value after a restart of the process too', async () => {
      const classId = newClass();
      const [one] = people(1);
      await signalsWith().ingest([scored(classId, one!, 0, 0.25)]);
      await signalsWith().ingest([scored(classId, one!, 0, 1)]);
      expect(await windowTotals(engine, classId, 0)).toEqual({ measured: 1, unclear: 0, scoreSum: 0.25 });
    });

    it('counts the first value when the clock was set back between two starts', async () => {
      const classId = newClass();
      const [one] = people(1);
      await signalsWith().ingest([scored(classId, one!, 0, 0.25)]);
      const anHourAgo = Date.now() - 3_600_000;
      const restarted = new ClassSignals({ engine, now: () => anHourAgo, uniform: noNoise });
      await restarted.ingest([scored(classId, one!, 0, 1)]);
      expect(await windowTotals(engine, classId, 0)).toEqual({ measured: 1, unclear: 0, scoreSum: 0.25 });
    });

    it('never says stored of a score that reached the disk after its window was counted', async () => {
      const commits: (() => Promise<void>)[] = [];
      const on: Engine = { ...engine };
      const signals = signalsWith(noNoise, on);
      const classId = newClass();
      const [late, again] = people(2);
      on.insert = (table, rows) => {
        commits.push(() => engine.insert(table, rows));
        return Promise.reject(new Error('timeout'));
      };
      await expect(signals.ingest([scored(classId, late!, 0, 0.5), scored(classId, again!, 0, 0.5)])).rejects.toThrow(
        'timeout',
      );
      on.insert = (table, rows) => engine.insert(table, rows);
      expect(await signals.ingest([scored(classId, again!, 0, 0.5)])).toEqual(['stored']);
      await signals.closeWindow({ classId, window: 0, present: 2, minimumCohort: 10 });
      for (const commit of commits) await commit();
      const resent = [scored(classId, late!, 0, 0.5), scored(classId, again!, 0, 0.5)];
      expect(await signals.ingest(resent)).toEqual(['not-counted', 'stored']);
    });

    it('does not count what comes after the close, and stores nothing of it', async () => {
      const signals = signalsWith();
      const classId = newClass();
      await closeWith(signals, classId, 3, 10);
      const late = people(12).slice(10);
      const rows = [scored(classId, late[0]!, 3, 1), scored(classId, late[1]!, 2, 1), scored(classId, late[1]!, 4, 1)];
      expect(await signals.ingest(rows)).toEqual(['not-counted', 'not-counted', 'stored']);
      expect((await windowTotals(engine, classId, 3)).measured).toBe(10);
      expect((await windowTotals(engine, classId, 2)).measured).toBe(0);
    });

    it('says of a late resend that it is stored when it was in its window', async () => {
      const signals = signalsWith();
      const classId = newClass();
      await closeWith(signals, classId, 0, 10);
      const [counted] = people(1);
      const [, other] = people(11).slice(9);
      expect(await signals.ingest([scored(classId, counted!, 0, 0.75), scored(classId, other!, 0, 0.75)])).toEqual([
        'stored',
        'not-counted',
      ]);
    });

    it('keeps the classes of one request apart', async () => {
      const signals = signalsWith();
      const [one, other] = [newClass(), newClass()];
      await signals.ingest([
        ...people(3).map((p) => scored(one, p, 0, 1)),
        ...people(2).map((p) => scored(other, p, 0, 0)),
      ]);
      expect(await windowTotals(engine, one, 0)).toEqual({ measured: 3, unclear: 0, scoreSum: 3 });
      expect(await windowTotals(engine, other, 0)).toEqual({ measured: 2, unclear: 0, scoreSum: 0 });
    });
  });

  describe('closing a window', () => {
    it('publishes the sum from ten contributors on, and tells the count from five on', async () => {
      const told = async (count: number) => {
        const classId = newClass();
        const { coverage } = await closeWith(signalsWith(), classId, 0, count);
        const row = await publishedWindow(engine, classId, 0);
        return { measured: coverage.measured, published: row !== null && row.value !== null };
      };
      expect(await told(0)).toEqual({ measured: null, published: false });
      expect(await told(4)).toEqual({ measured: null, published: false });
      expect(await told(5)).toEqual({ measured: 5, published: false });
      expect(await told(9)).toEqual({ measured: 9, published: false });
      expect(await told(10)).toEqual({ measured: 10, published: true });
    });

    it('holds a higher minimum where the institution asks for one', async () => {
      const signals = signalsWith();
      const classId = newClass();
      await signals.ingest(people(24).map((person) => scored(classId, person, 0, 1)));
      const { pacing } = await signals.closeWindow({ classId, window: 0, present: 30, minimumCohort: 25 });
      const row = await publishedWindow(engine, classId, 0);
      expect(row).toMatchObject({ measured: 24, value: null, minimumCohort: 25 });
      expect(pacing).toMatchObject({ state: 'some', current: null, minimumCohort: 25 });
    });

    it('lets nothing of the value into the published table or an answer below ten', async () => {
      const bodies = await Promise.all(
        [0, 0.123456, 1].map(async (score) => {
          const signals = signalsWith(secureUniform);
          const classId = newClass();
          const answers: unknown[] = [];
          for (let window = 0; window < MINUTE; window += 1) {
            await signals.ingest(people(9).map((person) => scored(classId, person, window, score)));
            answers.push(await signals.closeWindow({ classId, window, present: 9, minimumCohort: 10 }));
          }
          answers.push(await signals.pacing(classId, 10));
          const rows = await engine.query(
            'SELECT * EXCEPT (class_id, precedence, closed_at) FROM published_window WHERE class_id = {classId:UUID} ORDER BY window',
            { classId },
            z.record(z.string(), z.unknown()),
          );
          return JSON.stringify({ answers, rows });
        }),
      );
      // Whatever was scored, every byte that is kept or leaves is the same.
      expect(new Set(bodies).size).toBe(1);
      expect(bodies[0]).toContain('"noisy_sum":null');
    });

    it('shows figures by the steps: words to 29, minutes from 30, five seconds from 200', async () => {
      const shown = async (count: number, windows: number) => {
        const signals = signalsWith();
        const classId = newClass();
        let pacing = await signals.pacing(classId, 10);
        for (let window = 0; window < windows; window += 1) {
          ({ pacing } = await closeWith(signals, classId, window, count));
        }
        return {
          state: pacing.state,
          current: pacing.current?.resolution ?? null,
          marks: pacing.readings.length,
          fine: pacing.fine.length,
        };
      };
      expect(await shown(9, MINUTE)).toEqual({ state: 'some', current: null, marks: 0, fine: 0 });
      expect(await shown(29, MINUTE)).toEqual({ state: 'reading', current: null, marks: 0, fine: 0 });
      expect(await shown(30, MINUTE)).toEqual({ state: 'reading', current: 'minute', marks: 1, fine: 0 });
      expect(await shown(199, 2)).toEqual({ state: 'reading', current: null, marks: 0, fine: 0 });
      expect(await shown(200, 2)).toEqual({ state: 'reading', current: null, marks: 0, fine: 2 });
    });

    it('says in words what ten say over five minutes, and not a figure', async () => {
      const signals = signalsWith();
      const classId = newClass();
      for (let window = 0; window < 5 * MINUTE; window += 1) await closeWith(signals, classId, window, 10);
      const pacing = await signals.pacing(classId, 10);
      const words = { resolution: 'words', fromMs: 0, toMs: 300_000, level: 'most', measured: 10 };
      expect(pacing.readings).toEqual([words]);
      expect(pacing.current).toEqual(words);
    });

    it('draws the noise once: closing again gives identical rows and answers', async () => {
      const classId = newClass();
      const signals = signalsWith(secureUniform);
      const first = await closeWith(signals, classId, 0, 250);
      const row = await publishedWindow(engine, classId, 0);
      const again = await signals.closeWindow({ classId, window: 0, present: 999, minimumCohort: 10 });
      const restarted = signalsWith(secureUniform);
      const later = await restarted.closeWindow({ classId, window: 0, present: 999, minimumCohort: 10 });
      expect(again).toEqual(first);
      expect(later).toEqual(first);
      expect(await publishedWindow(engine, classId, 0)).toEqual(row);
      expect(row?.value?.noisySum).not.toBe(250 * 0.75);
    });

    it('stores the same noise when storing failed and nobody knows whether it did', async () => {
      let failure: 'before' | 'after' | null = null;
      const failing: Engine = {
        ...engine,
        async insert(table, rows) {
          if (table !== 'published_window' || failure === null) return engine.insert(table, rows);
          if (failure === 'after') await engine.insert(table, rows);
          failure = null;
          throw new Error('the connection broke');
        },
      };
      const signals = signalsWith(secureUniform, failing);
      const classId = newClass();
      for (const [window, when] of (['before', 'after'] as const).entries()) {
        await signals.ingest(people(40).map((person) => scored(classId, person, window, 0.75)));
        failure = when;
        const close = () => signals.closeWindow({ classId, window, present: 40, minimumCohort: 10 });
        await expect(close()).rejects.toThrow('the connection broke');
        // The draw is made, so the window is closed for scores even though the row is not known to be stored.
        expect(await signals.ingest([scored(classId, people(41)[40]!, window, 1)])).toEqual(['not-counted']);
        await close();
        const values = await engine.query(
          'SELECT DISTINCT noisy_sum FROM published_window WHERE class_id = {classId:UUID} AND window = {window:UInt32}',
          { classId, window },
          z.object({ noisy_sum: z.number() }),
        );
        expect(values).toHaveLength(1);
      }
    });

    it('draws noise of ten students below 500 contributors and of 31 from there on', async () => {
      const sd = async (count: number) => {
        const classId = newClass();
        await closeWith(signalsWith(), classId, 0, count);
        return (await publishedWindow(engine, classId, 0))?.value?.noiseSd;
      };
      expect(await sd(499)).toBe(10);
      expect(await sd(500)).toBe(31);
    });

    it('shows what was shown though the row of a process that died in the middle arrives afterwards', async () => {
      const late: (() => Promise<void>)[] = [];
      const dying: Engine = {
        ...engine,
        insert(table, rows) {
          if (table !== 'published_window') return engine.insert(table, rows);
          late.push(() => engine.insert(table, rows));
          return Promise.reject(new Error('timeout'));
        },
      };
      const classId = newClass();
      const close = { classId, window: 0, present: 40, minimumCohort: 10 };
      const before = new ClassSignals({ engine: dying, now: () => Date.now() - 5_000, uniform: secureUniform });
      await before.ingest(people(40).map((person) => scored(classId, person, 0, 0.75)));
      await expect(before.closeWindow(close)).rejects.toThrow('timeout');
      await signalsWith(secureUniform).closeWindow(close);
      const shown = await publishedWindow(engine, classId, 0);
      for (const arrive of late) await arrive();
      expect(late).toHaveLength(1);
      expect(await publishedWindow(engine, classId, 0)).toEqual(shown);
    });

    it('leaves a window that was passed over closed and unpublished, and says so to whoever was stored for it', async () => {
      const signals = signalsWith();
      const classId = newClass();
      await signals.ingest(people(10).map((person) => scored(classId, person, 1, 1)));
      await closeWith(signals, classId, 2, 10);
      const { coverage } = await signals.closeWindow({ classId, window: 1, present: 10, minimumCohort: 10 });
      expect(coverage).toEqual({ window: 1, measured: null, unclear: null, present: 10 });
      expect(await publishedWindow(engine, classId, 1)).toBeNull();
      expect(await signals.newestClosed(classId)).toBe(2);
      const [counted] = people(1);
      const again = [scored(classId, counted!, 1, 1), scored(classId, counted!, 2, 0.75)];
      expect(await signals.ingest(again)).toEqual(['not-counted', 'stored']);
    });

    describe('names the models', () => {
      /** One window, scored by so many devices of each model, as it is published and as the pacing view has it. */
      async function closeScoredBy(classId: ClassId, window: number, models: Readonly<Record<number, number>>) {
        const tags = Object.entries(models).flatMap(([tag, devices]) => Array<number>(devices).fill(Number(tag)));
        const crowd = people(tags.length + 6);
        const rows = crowd.map((person, index) => {
          const tag = tags[index];
          // What abstained has a model too; it is in no figure.
          return tag === undefined ? abstained(classId, person, window, 3) : scored(classId, person, window, 0.75, tag);
        });
        const signals = signalsWith();
        await signals.ingest(rows);
        const { pacing } = await signals.closeWindow({ classId, window, present: 40, minimumCohort: 10 });
        return { row: (await publishedWindow(engine, classId, window))?.modelTags, shown: pacing.modelTags };
      }

      it('of a window of one model, and of two in the order of their tags', async () => {
        const classId = newClass();
        const large = 0xdead_beef;
        expect(await closeScoredBy(classId, 0, { [large]: 12 })).toEqual({ row: [large], shown: [large] });
        expect(await closeScoredBy(classId, 1, { [large]: 5, 9: 7 })).toEqual({ row: [9, large], shown: [9, large] });
        expect(await closeScoredBy(classId, 2, { 9: 12 })).toEqual({ row: [9], shown: [9, large] });
        expect((await signalsWith().pacing(classId, 10)).modelTags).toEqual([9, large]);
      });

      it('of no window below the cohort, and of none the model of fewer than five devices', async () => {
        const classId = newClass();
        expect(await closeScoredBy(classId, 0, { 7: 9 })).toEqual({ row: [], shown: [] });
        expect(await closeScoredBy(classId, 1, { 7: 26, 8: 4 })).toEqual({ row: [7], shown: [7] });
      });

      it('once the live rows are gone, until the class is erased', async () => {
        const classId = newClass();
        await closeScoredBy(classId, 0, { 7: 10 });
        const signals = signalsWith();
        await signals.dropLive(classId);
        expect((await signals.pacing(classId, 10)).modelTags).toEqual([7]);
        await signals.erase(classId);
        expect((await signals.pacing(classId, 10)).modelTags).toEqual([]);
      });
    });

    it('tells how many abstained, never as zero scores', async () => {
      const signals = signalsWith();
      const classId = newClass();
      const crowd = people(40);
      await signals.ingest(crowd.map((p, i) => (i < 30 ? scored(classId, p, 0, 1) : abstained(classId, p, 0))));
      const { coverage } = await signals.closeWindow({ classId, window: 0, present: 60, minimumCohort: 10 });
      expect(coverage).toEqual({ window: 0, measured: 30, unclear: 10, present: 60 });
      const row = await publishedWindow(engine, classId, 0);
      expect(row?.value?.noisySum).toBe(30);
    });

    it('tells nothing of abstentions where fewer than five were measured, however many abstained', async () => {
      const told = async (measured: number, unclear: number) => {
        const signals = signalsWith();
        const classId = newClass();
        const crowd = people(measured + unclear);
        await signals.ingest(crowd.map((p, i) => (i < measured ? scored(classId, p, 0, 1) : abstained(classId, p, 0))));
        return (await signals.closeWindow({ classId, window: 0, present: 60, minimumCohort: 10 })).coverage;
      };
      expect(await told(0, 30)).toEqual({ window: 0, measured: null, unclear: null, present: 60 });
      expect(await told(4, 30)).toEqual({ window: 0, measured: null, unclear: null, present: 60 });
      expect(await told(5, 30)).toEqual({ window: 0, measured: 5, unclear: 30, present: 60 });
    });

    it('takes turns with scores that come meanwhile: each is either in the aggregate or not counted', async () => {
      const signals = signalsWith();
      const classId = newClass();
      const crowd = people(60);
      const ingests = crowd.slice(0, 30).map((person) => signals.ingest([scored(classId, person, 0, 1)]));
      const closing = signals.closeWindow({ classId, window: 0, present: 60, minimumCohort: 10 });
      const late = crowd.slice(30).map((person) => signals.ingest([scored(classId, person, 0, 1)]));
      const verdicts = (await Promise.all([...ingests, ...late])).flat();
      const stored = verdicts.filter((verdict) => verdict === 'stored').length;
      expect((await closing).coverage.measured).toBe(stored);
    });
  });

  it('knows the newest closed window after a restart, and none of a class that has none', async () => {
    const classId = newClass();
    expect(await signalsWith().newestClosed(classId)).toBeNull();
    await closeWith(signalsWith(), classId, 7, 12);
    expect(await signalsWith().newestClosed(classId)).toBe(7);
  });

  it('reads the same from memory as from the store after a restart, however long the class was', async () => {
    const classId = newClass();
    const signals = signalsWith(secureUniform);
    for (let window = 0; window < 270; window += 1) {
      if (window % 50 !== 49) await closeWith(signals, classId, window, 12 + (window % 30));
    }
    const remembered = await signals.pacing(classId, 10);
    expect(await signalsWith().pacing(classId, 10)).toEqual(remembered);
    expect(remembered.readings.length).toBeGreaterThan(2);
  }, 120_000);

  /** How many rows of a class each table holds. */
  async function rowsOf(classId: string): Promise<number[]> {
    const counts = await Promise.all(
      STORED_TABLES.map((table) =>
        engine.query(
          `SELECT toUInt32(count()) AS rows FROM ${table} WHERE class_id = {classId:UUID}`,
          { classId },
          z.object({ rows: z.number() }),
        ),
      ),
    );
    return counts.flat().map(({ rows }) => rows);
  }

  it('drops what devices said of a class that is over, and keeps what was published and the other classes', async () => {
    const signals = signalsWith();
    const [over, running] = [newClass(), newClass()];
    for (const classId of [over, running]) await closeWith(signals, classId, 0, 12);
    const before = await signals.pacing(over, 10);
    await signals.dropLive(over);
    expect(await rowsOf(over)).toEqual([0, 1]);
    expect(await rowsOf(running)).toEqual([12, 1]);
    expect(await signalsWith().pacing(over, 10)).toEqual(before);
  });

  it('erases a class from every table and leaves the others', async () => {
    const signals = signalsWith();
    const [erased, kept] = [newClass(), newClass()];
    for (const classId of [erased, kept]) await closeWith(signals, classId, 0, 12);
    await signals.erase(erased);
    expect(await rowsOf(erased)).toEqual([0, 0]);
    expect(await rowsOf(kept)).toEqual([12, 1]);
    expect(await signals.newestClosed(erased)).toBeNull();
  });
});
