import { WINDOW_MS, type ClassDetail, type Pacing } from '@lectern/contracts';
import { LightClient, PersonalBrowser, Product, School } from '@lectern/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinAsGuest, joinAsInstructor, startClass } from './class-page.ts';

const WINDOWS_WATCHED = 4;
/** Half of the five minutes that words are made from, and one window of grace. */
const WINDOWS_UNTIL_WORDS = 31;

let product: Product;
let school: School;
let teacherBrowser: PersonalBrowser;
let studentBrowser: PersonalBrowser;
const crowds: Crowd[] = [];

beforeAll(async () => {
  product = await Product.start();
  school = await School.found(product);
  [teacherBrowser, studentBrowser] = await Promise.all([PersonalBrowser.launch(), PersonalBrowser.launch()]);
});

afterAll(async () => {
  for (const crowd of crowds) crowd.close();
  await Promise.all([teacherBrowser.close(), studentBrowser.close()]);
  await product.stop();
});

describe('a class that contributes', { timeout: 300_000 }, () => {
  it('shows a window of 200 with count and coverage on the instructor’s screen within 2 s of its end', async () => {
    const planned = await school.planClass({ title: 'Two hundred' });
    const teacher = await joinAsInstructor(teacherBrowser, product, school, planned);
    await startClass(teacher);
    const student = await joinAsGuest(studentBrowser, product, planned, 'Grace Hopper');
    await student.getByText('Camera off').first().waitFor();
    const crowd = await Crowd.gather(planned, 200);

    const delays: number[] = [];
    for (let round = 0; round < WINDOWS_WATCHED; round += 1) {
      // A count of its own for each window: the screen cannot show it before this window was published.
      const measured = 200 - round;
      const endedAt = await crowd.sendWindow({ contributors: measured, score: 0.75 });
      await teacher.getByText(`measured ${String(measured)} ·`).waitFor({ timeout: WINDOW_MS * 2 });
      delays.push(Date.now() - endedAt);
    }
    expect(Math.max(...delays)).toBeLessThan(2_000);
    await expectCoverage(teacher, { measured: 197, present: 201 });
    expect(teacherBrowser.errors).toEqual([]);
    expect(studentBrowser.errors).toEqual([]);
  });

  it('speaks of twelve in words only, and of nine shows no value at all', async () => {
    const [twelve, nine] = await Promise.all([watchedClass(12), watchedClass(9)]);
    for (let round = 0; round < WINDOWS_UNTIL_WORDS; round += 1) {
      await Promise.all(
        [twelve.crowd, nine.crowd].map((crowd, index) =>
          crowd.sendWindow({ contributors: index === 0 ? 12 : 9, score: 0.9 }),
        ),
      );
    }
    const words = await twelve.until((pacing) => pacing.current !== null);
    expect(words.current?.resolution).toBe('words');
    expect(JSON.stringify(words.readings)).not.toMatch(/share|low|high/);
    expect(words.fine).toEqual([]);

    const few = nine.latest();
    expect(few.state).toBe('some');
    expect(few.current).toBeNull();
    expect(few.readings).toEqual([]);
    expect(few.coverage.at(-1)?.measured).toBe(9);
  });
});

async function expectCoverage(page: Page, expected: { measured: number; present: number }): Promise<void> {
  const not = expected.present - expected.measured;
  await page.getByText(`measured ${String(expected.measured)} · unclear 0 · not ${String(not)}`).waitFor();
}

/** A class with a teacher without a browser, and every pacing message that reached them. */
async function watchedClass(
  size: number,
): Promise<{ crowd: Crowd; latest(): Pacing; until(accept: (pacing: Pacing) => boolean): Promise<Pacing> }> {
  const planned = await school.planClass({ title: `A class of ${String(size)}` });
  const teacher = await LightClient.connect(product.url, await school.teach(planned));
  await teacher.request('start-class', {});
  const crowd = await Crowd.gather(planned, size);
  crowd.add(teacher);
  const latest = (): Pacing => {
    const message = teacher.latest.get('pacing');
    if (message?.type !== 'pacing') throw new Error('no pacing message yet');
    return message.pacing;
  };
  return {
    crowd,
    latest,
    async until(accept) {
      if (accept(latest())) return latest();
      return (await teacher.next('pacing', ({ pacing }) => accept(pacing))).pacing;
    },
  };
}

/** Students without browsers who contribute what a test tells them to. */
class Crowd {
  readonly #students: LightClient[];
  readonly #others: LightClient[] = [];
  /** Wall-clock time at which the class clock stood at zero. */
  readonly #startedAt: number;

  private constructor(students: LightClient[], startedAt: number) {
    this.#students = students;
    this.#startedAt = startedAt;
    crowds.push(this);
  }

  static async gather(planned: ClassDetail, size: number): Promise<Crowd> {
    const students: LightClient[] = [];
    while (students.length < size) {
      const batch = Math.min(20, size - students.length);
      const from = students.length;
      students.push(
        ...(await Promise.all(
          Array.from({ length: batch }, async (_, index) => {
            const seat = await school.sitDown(planned, `Student ${String(from + index)}`);
            const student = await LightClient.connect(product.url, seat);
            await student.contribute();
            return student;
          }),
        )),
      );
    }
    const [first] = students;
    if (first === undefined) throw new RangeError('a crowd of nobody');
    const { classClockMs } = await first.request('clock', {});
    if (classClockMs === null) throw new Error('the class is not live');
    return new Crowd(students, Date.now() - classClockMs);
  }

  /** Waits for the end of the running window and sends its scores; gives the wall-clock time of that end. */
  async sendWindow({ contributors, score }: { contributors: number; score: number }): Promise<number> {
    const window = Math.floor((Date.now() - this.#startedAt) / WINDOW_MS);
    const endsAt = this.#startedAt + (window + 1) * WINDOW_MS;
    await new Promise((resolve) => {
      setTimeout(resolve, Math.max(0, endsAt - Date.now() + 50));
    });
    for (const student of this.#students.slice(0, contributors)) {
      student.send({ window, facePresent: true, pageVisible: true, outcome: { kind: 'score', score }, modelTag: 1 });
    }
    return endsAt;
  }

  add(client: LightClient): void {
    this.#others.push(client);
  }

  close(): void {
    for (const client of [...this.#students, ...this.#others]) client.close();
  }
}
