import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDatagram } from '@lectern/contracts';
import { LightClient } from '@lectern/testbed';
import { freeMediaPort } from './bad-network.ts';
import { Classroom } from './classroom.ts';
import { takePart } from './contributor.ts';
import { accountFor, type Accounts } from './egress-accounts.ts';
import { NetworkLog, type NetworkRecord } from './network-log.ts';
import type { Person } from './person.ts';
import { dataMessages, peerReports, type PeerReport } from './probe.ts';

/** Beside another class that runs, with browsers that write everything down. */
export const START_WITHIN_MS = 150_000;

/** What a student's browser did from its start to its end. */
export interface Watched {
  readonly record: NetworkRecord;
  readonly accounts: Accounts;
  /** Each message that left by a data channel of the page, in hexadecimal. */
  readonly messages: readonly string[];
  readonly reports: readonly PeerReport[];
  readonly errors: readonly string[];
  readonly workersStarted: number;
}

/** A class, and a student in it all of whose traffic is written down, from the browser's start. */
export class WatchedStudent {
  readonly classroom: Classroom;
  readonly person: Person;
  readonly #mediaPort: number;
  readonly #log: NetworkLog;
  readonly #startedMs = performance.now();
  readonly #files: ReadonlySet<string>;
  #workers = 0;

  private constructor(
    classroom: Classroom,
    mediaPort: number,
    person: Person,
    log: NetworkLog,
    files: ReadonlySet<string>,
  ) {
    this.classroom = classroom;
    this.person = person;
    this.#mediaPort = mediaPort;
    this.#log = log;
    this.#files = files;
    person.page.on('worker', (worker) => {
      this.#workers += 1;
      // The console of a worker does not say by itself what its policy refused. One that has ended already refuses nothing more.
      void worker.evaluate(reportRefusals).catch(() => undefined);
    });
  }

  /** In a class of its own that runs, and takes part. `environment` names what the product serves instead of its own build. */
  static async takePart(camera: string, environment: Readonly<Record<string, string>> = {}): Promise<WatchedStudent> {
    const mediaPort = await freeMediaPort();
    const classroom = await Classroom.build({
      startTimeoutMs: START_WITHIN_MS,
      environment: { LECTERN_WORKERS: '1', LECTERN_MEDIA_PORT: String(mediaPort), ...environment },
    });
    try {
      const teacher = await LightClient.connect(classroom.url, await classroom.school.teach(classroom.planned));
      classroom.onClose(() => {
        teacher.close();
      });
      await teacher.request('start-class', {});
      const student = await WatchedStudent.join(classroom, mediaPort, camera, environment);
      await takePart(student.person);
      return student;
    } catch (error) {
      await classroom.close();
      throw error;
    }
  }

  /** Comes into a class whose one media worker listens at this port, and has not been asked yet. */
  static async join(
    classroom: Classroom,
    mediaPort: number,
    camera: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<WatchedStudent> {
    const log = await NetworkLog.prepare();
    classroom.onClose(() => log.remove());
    const person = await classroom.visitor('Berta', { camera, flags: log.flags });
    const student = new WatchedStudent(classroom, mediaPort, person, log, await servedFiles(environment));
    await person.join(classroom);
    return student;
  }

  /** Ends the browser, and accounts for all that left it. */
  async end(): Promise<Watched> {
    const { page } = this.person;
    const [messages, reports] = [await dataMessages(page), await peerReports(page)];
    await this.person.close();
    const minutes = (performance.now() - this.#startedMs) / 60_000;
    const record = await this.#log.read();
    const { host } = new URL(this.classroom.url);
    const accounts = accountFor(
      record,
      { host, media: `127.0.0.1:${String(this.#mediaPort)}`, files: this.#files },
      minutes,
    );
    return { record, accounts, messages, reports, errors: this.person.browser.errors, workersStarted: this.#workers };
  }
}

/** In a worker: says on the console by which directive of the policy something was refused. */
function reportRefusals(): void {
  addEventListener('securitypolicyviolation', (event) => {
    console.error(`refused by ${event.effectiveDirective} of ${event.originalPolicy}`);
  });
}

/** The paths of all files that a product serves. */
async function servedFiles(environment: Readonly<Record<string, string>>): Promise<ReadonlySet<string>> {
  const { LECTERN_CLIENT_DIR: clientDir = '', LECTERN_ATTENTION_DIR: attentionDir = '' } = {
    ...process.env,
    ...environment,
  };
  const below = async (directory: string, path: string) =>
    (await readdir(directory)).filter((name) => !/\.(br|gz)$/.test(name)).map((name) => `${path}${name}`);
  const files = await Promise.all([
    below(clientDir, '/'),
    below(join(clientDir, 'assets'), '/assets/'),
    below(attentionDir, '/attention/'),
  ]);
  return new Set(files.flat());
}

/** What left for each window, in hexadecimal; under -1 what is no datagram. */
export function byWindow(messages: readonly string[]): ReadonlyMap<number, readonly string[]> {
  return Map.groupBy(messages, (hex) => parseDatagram(Buffer.from(hex, 'hex'))?.window ?? -1);
}
