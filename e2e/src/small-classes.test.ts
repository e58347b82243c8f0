import type { ClassDetail, ServerMessage } from '@lectern/contracts';
import { Crowd, LightClient } from '@lectern/testbed';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';
import { Classroom } from './harness/classroom.ts';
import type { Person } from './harness/person.ts';

let classroom: Classroom;
let ada: Person;
let nine: SmallClass;
let twelve: SmallClass;

beforeAll(async () => {
  classroom = await Classroom.build();
  ada = await classroom.instructor();
  [nine, twelve] = await Promise.all([smallClass(9), smallClass(12)]);
});

afterAll(() => classroom.close());

interface SmallClass {
  readonly planned: ClassDetail;
  /** What staff were told after each window, up to the first in which the numbers of all came. */
  readonly pacings: readonly Pacing[];
}

/** A class taught without a browser, in which this many send every window until the classroom closes. */
async function smallClass(size: number): Promise<SmallClass> {
  const { school, url } = classroom;
  const planned = await school.planClass({ title: `Class of ${String(size)}` });
  const staff = await LightClient.connect(url, await school.teach(planned));
  await staff.request('start-class', {});
  const crowd = await Crowd.gather(url, school, planned, size);
  const pacings = await toldUntilAllCame(staff, crowd);
  const over = new AbortController();
  const sending = sendOn(crowd, over.signal);
  classroom.onClose(async () => {
    over.abort();
    await sending;
    crowd.close();
    staff.close();
  });
  return { planned, pacings };
}

/** The devices go on measuring while somebody looks at the screen. */
async function sendOn(crowd: Crowd, over: AbortSignal): Promise<void> {
  for (;;) {
    const { window } = await crowd.windowEnd();
    if (over.aborted) return;
    crowd.send(window, { score: 0.9 });
  }
}

/** A busy machine may be late for some windows, not for a minute and a half of them. */
const MOST_WINDOWS = 18;

/**
 * Sends window after window, and gives what staff were told after each, up to the first in which the numbers of all came and
 * by which the state is told, too.
 */
async function toldUntilAllCame(staff: LightClient, crowd: Crowd): Promise<Pacing[]> {
  const all = crowd.members.length;
  const messages: Pacing[] = [];
  await crowd.windowEnd();
  while (messages.length < MOST_WINDOWS) {
    const { window } = await crowd.windowEnd();
    const closed = staff.next('pacing', ({ pacing }) => pacing.coverage.some((row) => row.window === window));
    crowd.send(window, { score: 0.9 });
    const { pacing } = await closed;
    messages.push(pacing);
    if (pacing.measured === all && pacing.coverage.at(-1)?.measured === all) return messages;
  }
  throw new Error(`not all of ${String(all)} came in any of ${String(MOST_WINDOWS)} windows`);
}
type Pacing = Extract<ServerMessage, { type: 'pacing' }>['pacing'];

it('says of nine how many take part, and no value', async () => {
  const { planned, pacings } = nine;
  expect(pacings.at(-1)?.coverage.at(-1)).toMatchObject({ measured: 9, unclear: 0, present: 9 });
  for (const { state, current, readings, fine } of pacings) {
    expect({ current, readings, fine }).toEqual({ current: null, readings: [], fine: [] });
    expect(state).not.toBe('reading');
  }
  const screen = await onScreen(planned);
  await screen.getByText('9 taking part; figures from 10 on').waitFor();
  expect(await screen.innerText()).not.toMatch(/\d %/);
});

it('says of twelve in their first windows that the first word comes after five full minutes', async () => {
  const { planned, pacings } = twelve;
  expect(pacings.at(-1)).toMatchObject({ state: 'reading' });
  expect(pacings.at(-1)?.coverage.at(-1)).toMatchObject({ measured: 12, unclear: 0, present: 12 });
  for (const { current, readings, fine } of pacings) {
    expect({ current, readings, fine }).toEqual({ current: null, readings: [], fine: [] });
  }
  const screen = await onScreen(planned);
  await screen.getByText('The first word comes after five full minutes').waitFor();
  expect(await screen.innerText()).not.toMatch(/\d %/);
  expect(await accessibilityProblems(screen.page())).toEqual([]);
});

/** The pacing view of a small class, in the instructor's browser; the light client that taught it is told to go. */
async function onScreen({ joinCode }: ClassDetail): Promise<Locator> {
  const page = await ada.browser.context.newPage();
  await page.goto(`${classroom.url}/c/${joinCode}`);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  const pacing = page.getByRole('region', { name: 'Pacing' });
  await pacing.waitFor();
  return pacing;
}
