import { thisMachine } from '@lectern/testbed';
import { expect, it } from 'vitest';
import { exitCode, inWords, lastLoadTest, resultJson } from './outcome.ts';
import { reportPage } from './report-page.ts';
import type { Run } from './result.ts';
import { SCENARIOS } from './scenarios.ts';
import { point } from './test-points.ts';

const figures = [
  { name: 'sound lost', unit: '%', value: 0.2, goal: 0.1, note: 'lectern_audio_loss_share value' },
  { name: 'students <present>', unit: 'students', value: 40, goal: null, note: '' },
  { name: 'sound away', unit: 'ms', value: null, goal: 5000, note: '' },
];
const run: Run = {
  asked: {
    scenario: SCENARIOS[0]!,
    participants: 40,
    minutes: 1,
    contribute: 0.5,
    cameraKbps: null,
    target: null,
    json: null,
    report: null,
    all: false,
    k6: [],
  },
  machine: thisMachine(),
  versions: { lectern: '0.1.0', node: '24.0.0', mediasoup: '3.27.1', k6: '2.2.0', go: '1.26.6' },
  settings: {
    ...{ version: '0.1.0', audioPackets: 'of 20 ms in every class', mediaWorkers: '2' },
    ...{ packetBudget: 'by its self-test', expects: '40 people in this class' },
  },
  finishedAt: new Date('2026-11-29T14:00:00Z'),
  figures,
  points: [0, 1, 2, 3].flatMap((second) => [
    point('lectern_students_present', second * 20, { atMs: second * 1000, isGauge: true }),
    point('lectern_join', 40 + second, { atMs: second * 1000 + 500, tags: { phase: 'join' } }),
  ]),
  faults: [{ atMs: 2000, what: 'server killed' }],
  contributing: 0.5,
  passed: false,
  brokenOff: null,
  notJudged: [],
  doesNotCount: [],
  notes: {
    worst: { name: 'Student 0007', lostShare: 0.01, maxLateMs: 216.4 },
    worstUnruly: { name: 'Flood of frames 0003', lostShare: 0.4, maxLateMs: 900 },
    failures: { 'join: too-many': 2 },
    broke: { at: 300, by: '61 ms of delay in the event loop' },
  },
};

it('puts a run on one page that stands alone: outcome, machine, figures, shares and plots', () => {
  const page = reportPage(run);
  expect(page).toContain('Short of the goal: sound lost; sound away.');
  expect(page).toContain('mediasoup 3.27.1, k6 2.2.0, Go 1.26.6');
  expect(page).toContain('students &lt;present&gt;');
  expect(page).toContain('Student 0007: 1.00 % of the sound lost or late, 216 ms late at most');
  expect(page).toContain(
    'Worst of those who harm themselves on purpose</th><td>Flood of frames 0003: 40.00 % of the sound',
  );
  expect(page).toContain('2 times join: too-many');
  expect(page).toContain('at 300 students, by 61 ms of delay in the event loop');
  expect(page).toContain('packets of sound of 20 ms in every class; 2 media workers');
  expect(page).toContain('not measured');
  expect(page).toContain('50 %');
  // The axis of loads ends at the last bin.
  expect(page).toMatch(
    /<svg viewBox="0 0 760 280" role="img" aria-label="Load against p95s: ms over students present; join/,
  );
  // Every plot over time has the mark, and what is drawn over something else has none.
  expect(page.match(/aria-label="[^"]* over seconds since the start;[^"]*"/g)).toEqual(
    page.match(/aria-label="[^"]*; server killed at 2"/g),
  );
  expect(page.match(/>server killed</g)?.length).toBeGreaterThan(0);
  expect(page).not.toMatch(/(?:src|href)=/);
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
});

it('says how large the picture of a camera was, where there was one', () => {
  const words = '1500 kbit/s in the largest of its three pictures';
  expect(reportPage({ ...run, asked: { ...run.asked, cameraKbps: 1500 } })).toContain(words);
  expect(reportPage(run)).not.toContain('<th scope="row">Camera');
});

it('writes the figures in the form of npm run bench, each with the share that contributes', () => {
  const { machine, figures: written, run: about } = JSON.parse(resultJson(run)) as Record<string, never>;
  expect(machine).toEqual(thisMachine());
  expect(written).toContainEqual({
    name: 'sound lost',
    value: 0.2,
    unit: '%',
    goal: 0.1,
    pass: false,
    contributing: 0.5,
  });
  expect(about).toMatchObject({ scenario: 'smoke', counted: true, passed: false });
});

it('tells the operator’s page what was measured, which goals could not be, and why a run says nothing', () => {
  const unmeasured = { name: 'nobody asked', unit: 's', value: null, goal: null, note: '' };
  const told = lastLoadTest({ ...run, figures: [...figures, unmeasured] });
  expect(told).toMatchObject({ passed: false, brokenOff: false, doesNotCount: [], contributing: 0.5, notJudged: [] });
  expect(told.figures).toEqual([
    { name: 'sound lost', value: 0.2, unit: '%', goal: 0.1, passed: false },
    { name: 'sound away', value: null, unit: 'ms', goal: 5000, passed: false },
    { name: 'students <present>', value: 40, unit: 'students', goal: null, passed: true },
  ]);
  const cut = lastLoadTest({
    ...run,
    ...{ brokenOff: 'Interrupted', doesNotCount: ['the generator was late'], notJudged: ['analytics: CPU'] },
  });
  expect(cut).toMatchObject({
    brokenOff: true,
    doesNotCount: ['the generator was late'],
    notJudged: ['analytics: CPU'],
  });
});

it('tells the operator’s page what was missed, and what was judged, where there is more than it takes', () => {
  const many = Array.from({ length: 120 }, (_, nth) => ({ ...figures[1]!, name: `named ${nth}` }));
  const met = { ...figures[0]!, name: 'met', value: 0 };
  const told = lastLoadTest({ ...run, figures: [...many, met, figures[0]!] });
  expect(told.figures).toHaveLength(100);
  expect(told.figures.slice(0, 2)).toMatchObject([{ name: 'sound lost' }, { name: 'met', goal: 0.1 }]);
});

it('says of a run that was broken off what broke it off, and what was missed until then', () => {
  const cut = {
    ...run,
    brokenOff: 'The server has not answered since 09:12:01',
    doesNotCount: ['the generator was late'],
  };
  expect(inWords(cut)).toBe(
    'The server has not answered since 09:12:01: the figures tell of the part before that.\nShort of the goal until then: sound lost; sound away.',
  );
  expect(exitCode(cut)).toBe(1);
  expect(inWords({ ...run, brokenOff: 'Interrupted', figures: [], contributing: null })).toBe(
    'Interrupted: nobody was in the class by then, and nothing was measured.',
  );
});

it('ends with a code that tells a goal that was missed from a run that does not count', () => {
  expect(exitCode(run)).toBe(1);
  expect(exitCode({ ...run, passed: true })).toBe(0);
  expect(exitCode({ ...run, contributing: null, doesNotCount: ['the generator was late'] })).toBe(1);
  expect(exitCode({ ...run, passed: true, doesNotCount: ['the generator was late'] })).toBe(3);
  const partly = reportPage({ ...run, passed: true, notJudged: ['analytics: CPU'] });
  expect(partly).toContain('Every goal that could be judged is met.');
  expect(partly).toContain('Not judged, since the server does not tell it: analytics: CPU.');
  expect(reportPage({ ...run, doesNotCount: ['the generator was late'] })).toContain(
    'This run does not count: the generator was late.',
  );
});
