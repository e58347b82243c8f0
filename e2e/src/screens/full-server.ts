import { loadTestSchema } from '@lectern/contracts';
import { Crowd, LightClient, signIn, type ChromiumOptions, type PersonalBrowser } from '@lectern/testbed';
import { Classroom } from '../harness/classroom.ts';
import type { Person } from '../harness/person.ts';
import { lendSlide } from './props.ts';
import type { Studio } from './studio.ts';

const LOAD_TOKEN = 'a-load-token-of-the-screens';
const WINDOW = { wholePage: false } as const;
const STUDENTS = 24;
/** Ten seconds for each step of shedding, and the five between two looks. */
const STEP_MS = 90_000;
/** Each holds the one slot at the door for the four seconds of a page that opens no media. */
const AHEAD = 6;

/** A server near its budget: what its people and its operator see, and what somebody at a full door does. */
export async function shootFullServer(
  studio: Studio,
  look: ChromiumOptions,
  withBrowser: (use: (browser: PersonalBrowser) => Promise<void>) => Promise<void>,
): Promise<void> {
  await withServer({ LECTERN_ADMISSIONS_AT_ONCE: '1' }, async (classroom) => {
    await shootDoor(studio, classroom, await classroom.visitor('Carla', look));
  });
  const full = { LECTERN_WORKERS: '1', LECTERN_PACKET_BUDGET: '1200', LECTERN_LOAD_TOKEN: LOAD_TOKEN };
  await withServer(full, async (classroom) => {
    const ada = await classroom.instructor(look);
    await lendSlide(ada.page);
    await ada.startClass();
    const berta = await classroom.student('Berta', look);
    await berta.sees('Ada Lovelace');
    await shootLowBandwidth(studio, berta);
    await shootShedding(studio, classroom, ada, berta);
    await withBrowser((browser) => shootOperator(studio, classroom, browser));
  });
}

async function withServer(
  environment: Readonly<Record<string, string>>,
  use: (classroom: Classroom) => Promise<void>,
): Promise<void> {
  const classroom = await Classroom.build({ startTimeoutMs: STEP_MS * 2, environment });
  try {
    await use(classroom);
  } finally {
    await classroom.close();
  }
}

async function shootShedding(studio: Studio, classroom: Classroom, ada: Person, berta: Person): Promise<void> {
  const crowd = await Crowd.gather(classroom.url, classroom.school, classroom.planned, STUDENTS);
  classroom.onClose(() => {
    crowd.close();
  });
  await Promise.all(crowd.members.map((member) => member.receive()));
  const line = ada.page.getByText(/: so many people fill the server$/);
  await line.filter({ hasText: 'Cameras paused' }).waitFor({ timeout: STEP_MS });
  await berta.page.getByText('this picture is paused; what is spoken goes on').waitFor();
  await studio.shoot('shedding-instructor', ada.page, WINDOW);
  await studio.shoot('shedding-student', berta.page, WINDOW);
}

async function shootLowBandwidth(studio: Studio, berta: Person): Promise<void> {
  const item = berta.page.getByRole('menuitemcheckbox', { name: /^Low bandwidth/ });
  const open = async (): Promise<void> => {
    // A menu closes when the window changes its size.
    await item.waitFor({ state: 'hidden' });
    await berta.press('More');
  };
  await studio.shoot('low-bandwidth-menu', berta.page, { ...WINDOW, prepare: open });
  await open();
  await item.click();
  await berta.page.getByText('Picture off to save data').waitFor();
  await studio.shoot('low-bandwidth', berta.page, WINDOW);
  await open();
  await item.click();
}

/** The operator's page while a class sheds and after a load test. */
async function shootOperator(studio: Studio, { url, school }: Classroom, browser: PersonalBrowser): Promise<void> {
  const load = async (method: string, path: string, body: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${LOAD_TOKEN}` };
    const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
    return response.status === 204 ? null : response.json();
  };
  loadTestSchema.parse(await load('POST', '/api/load-tests', { participants: 500, minutes: 5, title: 'join-storm' }));
  const result = {
    scenario: 'join-storm',
    finishedAt: new Date().toISOString(),
    passed: false,
    brokenOff: false,
    doesNotCount: [],
    participants: 500,
    contributing: 0.5,
    notJudged: [],
    figures: [
      { name: 'students inside', value: 500, unit: 'students', goal: null, passed: true },
      { name: 'sound lost by those inside', value: 0, unit: '%', goal: 0.1, passed: true },
      { name: 'join p95: WebSocket to first packet', value: 11.2, unit: 's', goal: 10, passed: false },
      { name: 'server: memory of its own', value: 214, unit: 'MB', goal: null, passed: true },
    ],
    machine: 'AMD EPYC, 2 cores, 24 GB',
  };
  await load('PUT', '/api/load-tests/last', result);
  await signIn(browser, url, school.instructor);
  const page = await browser.page();
  await page.goto(`${url}/operator`);
  await page.getByRole('row', { name: /join p95/ }).waitFor();
  await studio.shoot('operator-full', page);
  const cut = [
    'the generator was late to send: p99 31 ms, more than 20: run the generator on another machine (--target), or with nothing else on this one',
    'the server left something out of the class to keep the rest going: run it with fewer people, or give the server more cores',
  ];
  await load('PUT', '/api/load-tests/last', {
    ...result,
    brokenOff: true,
    doesNotCount: cut,
    notJudged: ['event loop p99 once all are in'],
  });
  await page.getByText('Broken off', { exact: true }).waitFor();
  await page.locator('summary', { hasText: 'Figures without a goal' }).click();
  await studio.shoot('operator-broken-off', page, { widths: [360, 1280] });
}

async function shootDoor(studio: Studio, classroom: Classroom, carla: Person): Promise<void> {
  const { url, school, planned, joinCode } = classroom;
  const staff = await LightClient.connect(url, await school.teach(planned));
  await staff.request('start-class', {});
  classroom.onClose(() => {
    staff.close();
  });
  const seats = await Promise.all(Array.from({ length: AHEAD }, (_, index) => school.sitDown(planned, `A${index}`)));
  await carla.page.goto(`${url}/c/${joinCode}`);
  await carla.page.getByLabel('Your name').fill('Carla');
  const coming = Promise.allSettled(seats.map((seat) => LightClient.connect(url, seat)));
  classroom.onClose(async () => {
    for (const came of await coming) if (came.status === 'fulfilled') came.value.close();
  });
  await carla.press('Join');
  await carla.page.getByRole('heading', { name: 'Many people are coming in right now' }).waitFor();
  await studio.shoot('door-waiting', carla.page);
}
