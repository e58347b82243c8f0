import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PersonalBrowser, Product, releaseLightClients, School, type ChromiumOptions } from '@lectern/testbed';
import { Classroom } from '../harness/classroom.ts';
import { shootClass, shootTrouble } from './class.ts';
import { shootDevices } from './devices.ts';
import { shootEnds } from './ends.ts';
import { shootFullServer } from './full-server.ts';
import { shootGerman, shootGermanSetUp } from './german.ts';
import { shootDoors, shootFirstRun, shootTeaching } from './pages.ts';
import { shootPacing } from './pacing.ts';
import { writeCamera } from './props.ts';
import { shootReminders } from './reminders.ts';
import { shootStaff } from './staff.ts';
import { shootStage } from './stage.ts';
import { Studio } from './studio.ts';
import { shootTakingPart } from './taking-part.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const README_PICTURE = join(ROOT, 'docs/images/class.png');
/** A busy machine takes its time. */
const START_TIMEOUT_MS = 180_000;
const CONTEXT = { locale: 'en-GB', timezoneId: 'Europe/Berlin' } as const;

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(ROOT, 'tmp/screens') },
    /** A regular expression over the names of screens. */
    only: { type: 'string' },
    /** One of the parts below; without it all of them. */
    part: { type: 'string', multiple: true },
    /** Renews the picture of the README from the part `pacing`. */
    readme: { type: 'boolean', default: false },
  },
});
const studio = new Studio(resolve(values.out), values.only === undefined ? null : new RegExp(values.only));

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  'first-run': () => withProduct((product) => withBrowser((browser) => shootFirstRun(studio, product, browser))),
  teaching: () =>
    withSchool((product, school) => withBrowser((browser) => shootTeaching(studio, product, browser, school))),
  doors: () => withSchool((product, school) => withBrowser((browser) => shootDoors(studio, product, browser, school))),
  class: () =>
    withSchool((product, school) =>
      withBrowser((teacher) =>
        withBrowser(async (student) => {
          await shootClass(studio, product, school, { teacher, student });
          await shootTrouble(studio, product, school, { teacher, student });
        }),
      ),
    ),
  stage: () => withClassroom(shootStage),
  'taking-part': () => withClassroom(shootTakingPart),
  reminders: () => withClassroom(shootReminders),
  devices: () => withClassroom(shootDevices),
  ends: () => withClassroom(shootEnds),
  staff: () => withClassroom(shootStaff),
  german: async () => {
    await withProduct((product) => withBrowser((browser) => shootGermanSetUp(studio, product, browser)));
    await withClassroom(shootGerman);
  },
  'full-server': async () => shootFullServer(studio, { camera: await camera(), context: CONTEXT }, withBrowser),
  pacing: () => shootPacing(studio, withBrowser),
};

const props = await mkdtemp(join(tmpdir(), 'lectern-props-'));
let cameraPath: Promise<string> | undefined;

const parts = (values.part ?? Object.keys(PARTS)).map((name) => {
  const part = PARTS[name];
  if (part === undefined) throw new Error(`there is no part ${name}; there are ${Object.keys(PARTS).join(', ')}`);
  return part;
});
try {
  for (const part of parts) await part();
  if (values.readme) {
    await mkdir(dirname(README_PICTURE), { recursive: true });
    await copyFile(join(resolve(values.out), 'pacing-400-readme-light.png'), README_PICTURE);
  }
} finally {
  await rm(props, { recursive: true, force: true });
  releaseLightClients();
  process.stdout.write(`\nAll pictures: ${await studio.writeSheet()}\n`);
  if (studio.problems.length > 0) {
    process.stderr.write(`\naxe found ${studio.problems.length} problems:\n${studio.problems.join('\n')}\n`);
    process.exitCode = 1;
  }
}

async function withSchool(use: (product: Product, school: School) => Promise<void>): Promise<void> {
  await withProduct(async (product) => {
    await use(product, await School.found(product));
  });
}

/** A class and whoever comes to it, each in a browser with somebody before its camera. */
async function withClassroom(
  shoot: (studio: Studio, classroom: Classroom, look: ChromiumOptions) => Promise<void>,
): Promise<void> {
  const look = { camera: await camera(), context: CONTEXT };
  const classroom = await Classroom.build({ startTimeoutMs: START_TIMEOUT_MS });
  try {
    await shoot(studio, classroom, look);
  } finally {
    await classroom.close();
  }
}

async function withProduct(use: (product: Product) => Promise<void>): Promise<void> {
  const product = await Product.start({ startTimeoutMs: START_TIMEOUT_MS });
  try {
    await use(product);
  } finally {
    await product.stop();
  }
}

/** Somebody's browser, with somebody before its camera. */
async function withBrowser(use: (browser: PersonalBrowser) => Promise<void>): Promise<void> {
  const browser = await PersonalBrowser.launch({
    camera: await camera(),
    context: CONTEXT,
  });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

/** Drawn once, by the first browser. */
function camera(): Promise<string> {
  cameraPath ??= PersonalBrowser.launch().then(async (browser) => {
    const path = join(props, 'camera.y4m');
    try {
      await writeCamera(await browser.page(), path);
    } finally {
      await browser.close();
    }
    return path;
  });
  return cameraPath;
}
