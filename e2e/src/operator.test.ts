import { loadTestSchema, operatorStatusSchema, seatSchema } from '@lectern/contracts';
import { LightClient, PersonalBrowser, Product, School, signIn } from '@lectern/testbed';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems } from './axe.ts';
import { Person } from './harness/person.ts';

const CONTEXT = { locale: 'en-GB', timezoneId: 'Europe/Berlin' } as const;
const LOAD_TOKEN = 'a-load-token-of-this-test';
const STATUS = '**/api/operator/status';
const SOURCES = {
  measured: 'limit measured on this machine',
  set: 'limit set by you',
  assumed: 'limit assumed: not measured yet',
} as const;
/** What a process takes; the spaces before units do not break. */
const USE = /^[\d,]+\s% of a core · [\d,]+\sMB of its own \([\d,]+\sMB resident\)$/;

describe('the operator’s page', () => {
  let product: Product;
  let school: School;
  let browser: PersonalBrowser;
  let page: Page;

  beforeAll(async () => {
    product = await Product.start({ environment: { LECTERN_LOAD_TOKEN: LOAD_TOKEN } });
    school = await School.found(product);
    browser = await PersonalBrowser.launch({ context: CONTEXT });
    await signIn(browser, product.url, school.instructor);
    page = await browser.page();
    await page.goto(`${product.url}/operator`);
  });
  afterAll(async () => {
    await browser.close();
    await product.stop();
  });

  const load = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(product.url + path, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${LOAD_TOKEN}` },
      body: body === undefined ? null : JSON.stringify(body),
    });
    expect(response.ok, `${method} ${path}`).toBe(true);
    return response.status === 204 ? null : response.json();
  };

  const readStatus = () => school.instructor.request('GET', '/api/operator/status', operatorStatusSchema);
  const card = (name: string) => page.getByRole('region', { name, exact: true });
  /** What stands beside this word in a card's list; the first where it stands twice. */
  const beside = (name: string, word: string) => card(name).locator(`dt:text-is("${word}") + dd`).first();

  it('shows what workers bear and by what, how people receive, and which processes and versions run', async () => {
    const said = (value: number) => new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 }).format(value);
    const rows = card('Media workers').getByRole('listitem');
    const missing = async () => {
      const [worker] = (await readStatus()).workers;
      const { budgetPacketsPerSecond, cpuMicrosPerPacket, testedMicrosPerPacket, budgetSource } = worker!;
      const tested =
        testedMicrosPerPacket === null ? '' : ` (${said(testedMicrosPerPacket)} µs in the test at the start)`;
      const shown = (await rows.first().textContent())?.replaceAll(/\s+/g, ' ') ?? '';
      return [
        'Worker 1',
        'Room to spare',
        // Whichever is more: at rest the CPU, a little of it.
        `0 of ${said(budgetPacketsPerSecond)} packets a second · `,
        `MB resident) · ${said(cpuMicrosPerPacket)} µs reckoned a packet${tested} · ${SOURCES[budgetSource]}`,
      ].filter((words) => !shown.includes(words));
    };
    // The test at the start may end meanwhile, and on a busy machine it may give up.
    await expect.poll(missing, { timeout: 30_000 }).toEqual([]);
    const { workers, versions } = await readStatus();
    expect(await rows.count()).toBe(workers.length);
    for (const process of ['Server', 'Pacing figures']) await beside('Parts', process).getByText(USE).waitFor();
    await beside('Parts', 'Event loop')
      .getByText(/^99\s% within [\d,]+\sms$/)
      .waitFor();
    for (const [part, version] of [
      ['Lectern', versions.lectern],
      ['Node.js', versions.node],
      ['mediasoup', versions.mediasoup],
      ['Database', versions.database],
    ] as const)
      await beside('Parts', part).getByText(version, { exact: true }).waitFor();

    const reception = card('How people receive');
    await reception.getByText('Nobody receives anything now.').waitFor();
    await reception.getByText('Nothing waits.').waitFor();
    await reception.getByText('0 stored and 0 refused since the start, load tests included').waitFor();
    const planned = await school.planClass();
    const seats = [await school.teach(planned), await school.sitDown(planned, 'Emmy')];
    const [teacher, student] = await Promise.all(seats.map((seat) => LightClient.connect(product.url, seat)));
    await reception.getByText('Connection not known yet: 100 % (2)').waitFor();
    await reception.getByText('Lost on the way: not known').waitFor();
    await teacher!.request('quality', { rttMs: 20, lossShare: 0 });
    await student!.request('quality', { rttMs: 20, lossShare: 0.05 });
    await reception.getByText('Good connection: 50 % (1)').waitFor();
    await reception.getByText('Fair connection: 50 % (1)').waitFor();
    await reception.getByText('Lost on the way: 2.5 % of packets on average').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    for (const each of [student!, teacher!]) await each.leave();
  });

  it('shows classes by their id as they come, and keeps their titles to those who teach', async () => {
    await page.getByText('No class runs.').waitFor();
    await page.getByText('No load test against this server has reported yet.').waitFor();
    const planned = await school.planClass({ title: 'Tensors in confidence' });
    const instructor = await Person.arrive('Ada Lovelace', { context: CONTEXT });
    try {
      await instructor.join({ url: product.url, joinCode: planned.joinCode }, school.instructor);
      await instructor.press('Start the class');
      // Asked every five seconds, without a hand on the page.
      const row = page.getByRole('row', { name: new RegExp(planned.classId.slice(0, 8)) });
      await row.getByText('Live').waitFor();
      expect(await page.getByText('Tensors in confidence').count()).toBe(0);
      expect(await accessibilityProblems(page)).toEqual([]);
      await instructor.press('End for all');
      await instructor.page.getByRole('dialog').getByRole('button', { name: 'End for all' }).click();
      await page.getByText('No class runs.').waitFor();
    } finally {
      await instructor.browser.close();
    }
  });

  it('shows load tests apart, and what the newest found', async () => {
    const { classId, joinCode } = loadTestSchema.parse(
      await load('POST', '/api/load-tests', { participants: 500, minutes: 5, title: 'smoke' }),
    );
    const result = {
      ...{ scenario: 'smoke', finishedAt: new Date().toISOString(), passed: false, participants: 20 },
      ...{ brokenOff: false, doesNotCount: [], contributing: 0.5, notJudged: ['event loop p99'] },
      figures: [
        { name: 'Students', value: 20, unit: 'students', goal: null, passed: true },
        { name: 'Join p95', value: 1.8, unit: 's', goal: 1.5, passed: false },
        { name: 'Sound away', value: null, unit: 'ms', goal: 5000, passed: false },
      ],
      machine: '2 cores',
    };
    await load('PUT', '/api/load-tests/last', result);
    await page.getByText(classId.slice(0, 8)).waitFor();
    await page.getByText('0 of 500 students here').waitFor();
    await page.getByText('20 students, 50 % of whom contribute').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'event loop p99' }).waitFor();
    const figures = page.getByRole('row', { name: /Join p95/ });
    await figures.getByText('missed').waitFor();
    await figures.getByText('1.8 s').waitFor();
    await figures.getByText('< 1.5 s').waitFor();
    await page.getByRole('row', { name: 'Sound away missed not measured < 5,000 ms' }).waitFor();
    // What has no goal is there on a click.
    const rest = page.getByRole('row', { name: /Students/ });
    await rest.waitFor({ state: 'hidden' });
    await page.locator('summary', { hasText: 'Figures without a goal (1)' }).click();
    await rest.waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);

    await load('PUT', '/api/load-tests/last', { ...result, brokenOff: true, doesNotCount: ['the generator was late'] });
    await page.getByText('Broken off', { exact: true }).waitFor();
    await page.getByText('It ended before its time').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'the generator was late' }).waitFor();

    // As a full server says it, which this one is far from being.
    const full = { students: 3, waiting: 12, shedding: { step: 'camera', reason: 'cpu' } };
    const fullWorker = {
      ...{ packetsPerSecond: 100, budgetPacketsPerSecond: 1_000 },
      ...{ pressureShare: 0.93, pressureReason: 'cpu' },
    };
    let isGone = false;
    await page.route(STATUS, async (route) => {
      const response = await route.fetch();
      const status = operatorStatusSchema.parse(await response.json());
      const loadTests = isGone ? [] : status.loadTests.map((test) => ({ ...test, ...full }));
      const workers = status.workers.map((worker) => ({ ...worker, ...fullWorker }));
      await route.fulfill({ response, json: { ...status, loadTests, workers } });
    });
    const line = page.getByRole('listitem').filter({ hasText: classId.slice(0, 8) });
    await line.getByText('Cameras paused: the server is short of computing time').waitFor();
    await page.getByText('Participants of a load test at the door: 12.').waitFor();
    const worker = card('Media workers').getByRole('listitem').first();
    await worker.getByText('Near its limit').waitFor();
    await worker.getByText('100 of 1,000 packets a second · CPU at 93 % of the limit').first().waitFor();
    expect(await beside('Now', 'In the queue').textContent()).toBe('0');
    expect(await accessibilityProblems(page)).toEqual([]);

    // What is asked follows the load test, and goes with it.
    await page.getByRole('button', { name: `End load test ${classId.slice(0, 8)}` }).click();
    const question = page.getByRole('dialog', { name: 'End this load test?' });
    await question.getByText('Students here: 3.').waitFor();
    full.students = 2;
    await question.getByText('Students here: 2.').waitFor();
    isGone = true;
    await question.waitFor({ state: 'detached' });
    await page.unrouteAll({ behavior: 'wait' });

    const visitor = await PersonalBrowser.launch({ context: CONTEXT });
    try {
      const join = await visitor.page();
      await join.goto(`${product.url}/c/${joinCode}`);
      await join.getByRole('heading', { name: 'Load test: smoke' }).waitFor();
      await join.getByText('Load test', { exact: true }).waitFor();
      expect(await accessibilityProblems(join)).toEqual([]);
    } finally {
      await visitor.close();
    }
    // One whose generator is gone need not be waited for.
    await page.getByRole('button', { name: `End load test ${classId.slice(0, 8)}` }).click();
    await page.getByText('0 of 500 students here').waitFor({ state: 'detached' });
    await expect(school.instructor.request('POST', `/api/join/${joinCode}`, seatSchema, {})).rejects.toMatchObject({
      code: 'link-wrong',
    });
  });

  it('prepares an update from the keyboard: no class begins then, in words, until it is taken back', async () => {
    const test = loadTestSchema.parse(await load('POST', '/api/load-tests', { participants: 500, minutes: 5 }));
    const seats = [test.instructor, await school.sitDown(test, 'Student')];
    const inIt = await Promise.all(seats.map((seat) => LightClient.connect(product.url, seat)));
    // Who teaches is none of the participants.
    await page.getByText('1 of 500 students here').waitFor();
    await page.getByRole('button', { name: 'Prepare for an update' }).focus();
    await page.keyboard.press('Enter');
    // Not even one that somebody is in holds an update up.
    await page.getByText('No class runs: the update can begin.').waitFor();
    await page.getByText('Students of a load test who are here, too: 1.').waitFor();
    // One that somebody is in is ended by nobody's slip.
    await page.getByRole('button', { name: `End load test ${test.classId.slice(0, 8)}` }).click();
    const question = page.getByRole('dialog', { name: 'End this load test?' });
    await question.getByText('Students here: 1.').waitFor();
    await question.getByRole('button', { name: 'End' }).click();
    await page.getByText('1 of 500 students here').waitFor({ state: 'detached' });
    await question.waitFor({ state: 'detached' });
    for (const each of inIt) each.close();
    await page.getByText('Prepared for an update: classes that run go on, and none can be started.').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    const planned = await school.planClass({ title: 'Too late' });
    const instructor = await Person.arrive('Ada Lovelace', { context: CONTEXT });
    try {
      await instructor.join({ url: product.url, joinCode: planned.joinCode }, school.instructor);
      await instructor.press('Start the class');
      await instructor.page
        .getByText('Lectern is about to be updated, and no class can be started until then.')
        .waitFor();
      await page.getByRole('button', { name: 'Take it back' }).click();
      await page.getByRole('button', { name: 'Prepare for an update' }).waitFor();
      await instructor.press('Start the class');
      await instructor.button('End for all').waitFor();
    } finally {
      await instructor.browser.close();
    }
    expect((await readStatus()).drainingSince).toBeNull();
    // While an update is prepared the answer to that question is a 503, which the browser takes for an error.
    expect(browser.errors.filter((error) => !error.includes('/readyz'))).toEqual([]);
  });
});
