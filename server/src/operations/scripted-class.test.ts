import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClassDetail, Course, LoadTest, Seat } from '@lectern/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestPage } from '../signalling/test-page.ts';
import { ServerProcess } from '../test-server-process.ts';
import { METRICS } from './metrics.ts';
import { readExposition } from './test-exposition.ts';

const LOAD_TOKEN = 'a-load-token-of-this-test';
/** Every word that people give contains it, and nothing of ours does. */
const THEIRS = 'Zwetschge';
const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/;
const SPOKEN = `the ${THEIRS} falls far from the tree`;

/** A class as people hold one, on a really started server that logs everything. */
class ScriptedClass {
  readonly server: ServerProcess;
  detail!: ClassDetail;
  instructor!: TestPage;
  readonly students: TestPage[] = [];
  #cookie = '';

  constructor(server: ServerProcess) {
    this.server = server;
  }

  async send<Answer>(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(this.server.url + path, {
      method,
      headers: { 'content-type': 'application/json', cookie: this.#cookie, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    this.#cookie = response.headers.get('set-cookie')?.split(';', 1)[0] ?? this.#cookie;
    const text = await response.text();
    expect(response.status, `${method} ${path}: ${text}`).toBeLessThan(300);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }

  async begin(): Promise<void> {
    const token = new URL(this.server.setUpUrl ?? '').pathname.split('/').at(-1) ?? '';
    await this.send('POST', `/api/set-up/${token}`, {
      ...{ name: `Ada ${THEIRS}`, email: `ada@${THEIRS}.test`, password: `a long ${THEIRS}` },
      institution: {
        ...{ responsibleBody: `University of ${THEIRS}`, contact: THEIRS, jurisdiction: 'eu', signalMode: 'cohort' },
      },
    });
    const { courseId } = await this.send<Course>('POST', '/api/courses', { title: `Botany of ${THEIRS}` });
    this.detail = await this.send('POST', `/api/courses/${courseId}/classes`, { title: `On ${THEIRS}` });
    const join = `/api/join/${this.detail.joinCode}`;
    this.instructor = new TestPage(this.server.url, await this.send<Seat>('POST', join, {}));
    await this.instructor.saw('snapshot');
    await this.instructor.ask('start-class', {});
    this.#cookie = '';
    for (const name of ['Emmy', 'Sofia']) {
      const seat = await this.send<Seat>('POST', join, { name: `${name} ${THEIRS}` });
      const page = new TestPage(this.server.url, seat);
      await page.saw('snapshot');
      this.students.push(page);
    }
  }

  /** What people do, and what goes wrong with it. */
  async go(): Promise<void> {
    const [emmy, sofia] = this.students as [TestPage, TestPage];
    await emmy.ask('send-chat', { text: SPOKEN });
    await emmy.ask('raise-hand', {});
    await sofia.ask('react', { reaction: 'clap' });
    await this.instructor.ask('page-roster', { search: THEIRS });
    await this.instructor.ask('lower-hand-of', { seatId: emmy.seat.seatId });
    await this.instructor.ask('invite-to-stage', { seatId: emmy.seat.seatId });
    // A body that the protocol does not know, with words in it.
    emmy.socket.emit('message', { type: 'send-chat', body: { text: SPOKEN, more: SPOKEN } }, () => undefined);
    emmy.socket.emit(THEIRS, SPOKEN);
    await sofia.ask('leave', {});
    await fetch(`${this.server.url}/api/join/${THEIRS}?name=${THEIRS}`);
    await this.instructor.ask('remove', { seatId: emmy.seat.seatId });
  }
}

describe('a scripted class on a started server', { timeout: 120_000 }, () => {
  let directory: string;
  let scripted: ScriptedClass;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'lectern-operations-'));
    const environment = {
      LECTERN_DATA_DIR: join(directory, 'data'),
      LECTERN_LOG_LEVEL: 'trace',
      LECTERN_LOAD_TOKEN: LOAD_TOKEN,
    };
    scripted = new ScriptedClass(await ServerProcess.ready({ environment, workingDirectory: directory }));
    await scripted.begin();
  }, 120_000);
  afterAll(async () => {
    await scripted.server.end();
    rmSync(directory, { recursive: true });
  });

  async function scrape() {
    const answer = await fetch(`${scripted.server.url}/metrics`);
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await answer.text();
    return { text, samples: readExposition(text) };
  }

  it('shows in the metrics as figures, and nobody in it by name or id', async () => {
    const load = { authorization: `Bearer ${LOAD_TOKEN}` };
    const { instructor } = await scripted.send<LoadTest>(
      'POST',
      '/api/load-tests',
      { participants: 9, minutes: 1 },
      load,
    );
    const synthetic = new TestPage(scripted.server.url, instructor);
    await synthetic.saw('snapshot');
    const { text, samples } = await scrape();
    const value = (name: string, labels: Record<string, string> = {}) =>
      samples.find((sample) => sample.name === name && JSON.stringify(sample.labels) === JSON.stringify(labels))?.value;
    expect(value('lectern_people', { kind: 'ordinary' })).toBe(3);
    expect(value('lectern_people', { kind: 'load-test' })).toBe(1);
    expect(value('lectern_classes', { kind: 'ordinary' })).toBe(1);
    expect(value('lectern_ready')).toBe(1);
    expect(value('lectern_worker_up', { worker: '0' })).toBe(1);
    // Three quarters of a core, by what a packet is reckoned to cost; that budget is a whole number.
    const budget = value('lectern_worker_budget_packets_per_second', { worker: '0' });
    expect(budget).toBe(Math.round(0.75 / (value('lectern_worker_cpu_seconds_per_packet', { worker: '0' }) ?? 0)));
    expect(budget).toBeGreaterThan(1_000);
    expect(value('lectern_signalling_connections')).toBe(4);
    expect(value('lectern_signalling_messages_total', { direction: 'out' })).toBeGreaterThan(8);
    expect(value('lectern_signalling_bytes_total', { direction: 'out' })).toBeGreaterThan(4_000);
    expect(value('lectern_process_resident_bytes', { process: 'server' })).toBeGreaterThan(20_000_000);
    expect(value('lectern_process_resident_bytes', { process: 'worker-0' })).toBeGreaterThan(1_000_000);
    const values = (name: string) => samples.filter((sample) => sample.name === name).map((sample) => sample.value);
    // The instructor's page opens no media: the names are there, and nothing is open.
    for (const name of ['lectern_media_routers', 'lectern_media_transports', 'lectern_media_consumers'])
      expect(new Set(values(name)), name).toEqual(new Set([0]));
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(20_000_000);
    expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
    for (const process of ['server', 'analytics', 'worker-0']) {
      expect(value('lectern_process_cpu_seconds_total', { process }), process).toBeGreaterThanOrEqual(0);
      expect(value('lectern_process_anonymous_bytes', { process }), process).toBeGreaterThan(1_000_000);
    }
    expect(value('lectern_event_loop_delay_seconds_count')).toBeGreaterThan(0);
    expect(samples.find(({ name }) => name === 'lectern_settings')?.labels).toMatchObject({
      ...{ audio_ptime_ms: 'auto', packet_budget: 'auto', students_per_class: '2000' },
      workers: String(values('lectern_worker_up').length),
    });
    expect(text).not.toMatch(UUID);
    expect(text).not.toContain(THEIRS);
    expect(text).not.toContain(scripted.detail.joinCode);
    synthetic.close();
  });

  it('leaves histograms that add up, and few lines however much is asked', async () => {
    for (let round = 0; round < 20; round += 1)
      await fetch(`${scripted.server.url}/api/join/aaaa-bbbb-${1000 + round}`);
    const { samples } = await scrape();
    const buckets = samples.filter(({ name }) => name === 'lectern_http_request_duration_seconds_bucket');
    const series = Map.groupBy(buckets, ({ labels }) => `${labels['method']} ${labels['route']}`);
    expect(series.get('GET /api/join/:code')?.at(-1)).toMatchObject({ labels: { le: '+Inf' }, value: 20 });
    for (const each of series.values()) {
      const values = each.map(({ value }) => value);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
    }
    expect(samples.length).toBeLessThan(400);
    const known = new Set(METRICS.map(({ name }) => name));
    const told = new Set(samples.map(({ name }) => name.replace(/_(?:bucket|sum|count)$/, '')));
    expect([...told].filter((name) => !known.has(name))).toEqual([]);
  });

  it('stands in the log by its id and those of its seats, and nothing that people wrote or are called', async () => {
    await scripted.go();
    const { classId } = scripted.detail;
    const [emmy] = scripted.students as [TestPage];
    await emmy.saw('goodbye');
    const lines = scripted.server.output.split('\n').filter((line) => line.startsWith('{'));
    const ofClass = lines.map((line) => JSON.parse(line) as { classId?: string; seatId?: string; msg?: string });
    expect(ofClass.filter((line) => line.classId === classId).map(({ msg }) => msg)).toContain(
      'a class went on its way',
    );
    expect(ofClass).toContainEqual(
      expect.objectContaining({ classId, seatId: emmy.seat.seatId, msg: 'somebody came in' }) as object,
    );
    expect(lines.length).toBeGreaterThan(20);
    expect(scripted.server.output.toLowerCase()).not.toContain(THEIRS.toLowerCase());
    expect(scripted.server.output).not.toContain(scripted.detail.joinCode);
    for (const { seat } of [scripted.instructor, ...scripted.students]) {
      expect(scripted.server.output).not.toContain(seat.seatSecret);
    }
  });

  it('goes on while an update is prepared by a signal, and another one cannot begin', async () => {
    scripted.server.child.kill('SIGUSR2');
    const ready = async () => (await fetch(`${scripted.server.url}/readyz`)).status;
    await expect.poll(ready).toBe(503);
    expect(await scripted.instructor.ask('send-chat', { text: 'We go on' })).toBeDefined();
    const late = new ScriptedClass(scripted.server);
    await late.send('POST', '/api/session', { email: `ada@${THEIRS}.test`, password: `a long ${THEIRS}` });
    const { courseId } = await late.send<Course>('POST', '/api/courses', { title: 'Late' });
    const { joinCode } = await late.send<ClassDetail>('POST', `/api/courses/${courseId}/classes`, { title: 'Late' });
    const page = new TestPage(scripted.server.url, await late.send<Seat>('POST', `/api/join/${joinCode}`, {}));
    await page.saw('snapshot');
    for (const message of ['open-class', 'start-class'] as const) {
      await expect(page.ask(message, {})).rejects.toMatchObject({ code: 'draining' });
    }
    await late.send('POST', '/api/operator/drain', { drain: false });
    await page.ask('start-class', {});
    expect(await ready()).toBe(200);
    page.close();
    scripted.instructor.close();
  });
});
