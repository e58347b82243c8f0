import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrameRow } from './rows.ts';
import { readRows, type Rows } from './score/rows-file.ts';
import { attention, makeRecordings, type Ended } from './test-recordings.ts';

const SEQUENCE_FRAMES = 31;
/** Chromium starts and looks at a hundred frames. */
const RUN_TIMEOUT_MS = 300_000;
let folder: string;
let ended: Ended;
let rows: Rows;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lectern-attention-'));
  await mkdir(join(folder, 'in'));
  const { picture, turnedJpeg, videos } = await makeRecordings([
    { container: 'webm', framesPerSecond: 10, framesWith: 30, framesWithout: 30, rotation: 0 },
    { container: 'mp4', framesPerSecond: 20, framesWith: 30, framesWithout: 0, rotation: 90 },
  ]);
  const [plain = Buffer.of(), turned = Buffer.of()] = videos;
  const files = {
    'astronaut.png': picture,
    'broken.jpg': picture.subarray(0, 1000),
    'cut.webm': plain.subarray(0, 0.8 * plain.length),
    'leaves.webm': plain,
    'old.avi': Buffer.from('RIFF'),
    'stub.webm': plain.subarray(0, 0.1 * plain.length),
    'turned.jpg': turnedJpeg,
    'turned.mp4': turned,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, 'in', name), content);
  await mkdir(join(folder, 'still'));
  for (let i = 0; i < SEQUENCE_FRAMES; i++) await writeFile(join(folder, 'still', `${i}.png`), picture);
  await writeFile(join(folder, 'still', '7.png'), 'no picture');
  ended = await attention(folder, 'in', '--out', 'rows.jsonl', '--workers', '2');
  rows = await readRows([join(folder, 'rows.jsonl')]);
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function framesOf(name: string): FrameRow[] {
  return rows.frames.filter(({ file }) => file === `in/${name}`);
}

function mean(values: readonly (number | null)[]): number {
  const numbers = values.map((value) => value ?? Number.NaN);
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

describe('npm run attention', () => {
  it('gives a row for each frame in order, and ends with 3 where something could not be read', () => {
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    expect(ended.stderr).toMatch(/in\/cut\.webm: only \d+ of its frames were read: it is cut off/);
    expect(ended.stderr).toContain('convert it with  ffmpeg -i in/old.avi -map 0:v:0');
    expect(ended.stderr).toContain(
      'in/broken.jpg: The source image could not be decoded; open it in a picture program',
    );
    expect(ended.stderr).toMatch(/not read: in\/stub\.webm: .* convert it with/);
    expect(ended.stderr).toContain('of 8 recordings');
    expect(ended.stderr).toContain('Not read, or not in whole, see above: 4 of 8.');
    const order = [...new Set(rows.frames.map(({ file }) => file))];
    expect(order).toEqual(
      ['astronaut.png', 'cut.webm', 'leaves.webm', 'turned.jpg', 'turned.mp4'].map((name) => `in/${name}`),
    );
    expect(framesOf('leaves.webm').map(({ frame, tMs }) => [frame, tMs])).toEqual(
      Array.from({ length: 60 }, (_, i) => [i, 100 * i]),
    );
  });

  it('gives no window of a video of which no frame could be read', () => {
    expect(new Set(rows.windows.map(({ file }) => file))).toEqual(
      new Set(['in/cut.webm', 'in/leaves.webm', 'in/turned.mp4']),
    );
  });

  it('sees the person of a photograph', () => {
    const [seen] = framesOf('astronaut.png');
    expect(seen).toMatchObject({ faces: 1, blink: false });
    expect(Math.abs(seen!.yawDeg!)).toBeLessThan(10);
    expect(seen!.eyeOpenLeft).toBeGreaterThan(0.2);
    expect(seen!.facing).toBeGreaterThan(0.5);
  });

  it(
    'places a face by the field of view that it is told, which its score does not depend on',
    async () => {
      const narrow = await attention(folder, 'in/astronaut.png', '--fov', '40');
      const told = JSON.parse(narrow.stdout) as FrameRow;
      const [assumed] = framesOf('astronaut.png');
      // Above the middle of the picture: the narrower the view, the less the head looks down to where the camera is.
      expect(told.pitchDeg! - assumed!.pitchDeg!).toBeGreaterThan(5);
      expect(told.facing).toBe(assumed!.facing);
    },
    RUN_TIMEOUT_MS,
  );

  it('turns pictures and videos as their files say', () => {
    const upright = framesOf('astronaut.png')[0]!.rollDeg!;
    expect(Math.abs(framesOf('turned.jpg')[0]!.rollDeg! - upright)).toBeLessThan(2);
    expect(Math.abs(mean(framesOf('turned.mp4').map(({ rollDeg }) => rollDeg)) - upright)).toBeLessThan(4);
  });

  it('gives nothing but the count where nobody is', () => {
    const last = framesOf('leaves.webm').at(-1)!;
    const { file, frame, tMs, faces, ...rest } = last;
    expect({ file, frame, tMs, faces }).toEqual({ file: 'in/leaves.webm', frame: 59, tMs: 5900, faces: 0 });
    expect(new Set(Object.values(rest))).toEqual(new Set([null]));
  });

  it('judges windows by the product’s rules', async () => {
    const model = await readFile(join(import.meta.dirname, '../src/attention/model/attention.onnx'));
    const modelHash = createHash('sha256').update(model).digest('hex');
    const windows = rows.windows.filter(({ file }) => file === 'in/leaves.webm');
    expect(windows.map(({ window, startMs }) => [window, startMs])).toEqual([
      [0, 0],
      [1, 5000],
    ]);
    expect(new Set(rows.windows.map((window) => window.modelHash))).toEqual(new Set([modelHash]));
    // A person's photograph that moves: measured in each frame, and never scored.
    expect(windows[0]).toMatchObject({ usableFrames: 50, score: null, abstain: 'no-life-yet' });
    // Twice as many frames as the product looks at: windows come from every second one.
    expect(rows.windows.find(({ file }) => file === 'in/turned.mp4')!.usableFrames).toBe(15);
  });

  it(
    'gives the same as CSV, with another number of workers',
    async () => {
      const again = await attention(folder, 'in', '--out', 'rows.csv', '--workers', '1');
      expect(again.code).toBe(3);
      expect(await readRows([join(folder, 'rows.csv')])).toEqual(rows);
    },
    RUN_TIMEOUT_MS,
  );

  it(
    'takes a folder as a sequence, one frame of it missing',
    async () => {
      const sequence = await attention(folder, 'still', '--sequence', '10', '--out', 'still.jsonl');
      expect(sequence.code).toBe(3);
      expect(sequence.stderr).toContain('still/7.png');
      const measured = await readRows([join(folder, 'still.jsonl')]);
      const expected = Array.from({ length: SEQUENCE_FRAMES }, (_, i) => ['still', i, 100 * i]).filter(
        ([, i]) => i !== 7,
      );
      expect(measured.frames.map(({ file, frame, tMs }) => [file, frame, tMs])).toEqual(expected);
      expect(measured.windows).toMatchObject([{ file: 'still', window: 0, score: null, abstain: 'static-picture' }]);
    },
    RUN_TIMEOUT_MS,
  );

  it('looks at fewer frames of a video when asked to, and keeps their numbers', async () => {
    const thinned = await attention(folder, 'in/leaves.webm', '--fps', '2');
    expect(thinned.code).toBe(0);
    const lines = thinned.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as FrameRow);
    expect(lines.flatMap((line) => ('frame' in line ? [line.frame] : []))).toEqual([
      0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55,
    ]);
  });

  it('scores the rows against a truth', async () => {
    const { yawDeg } = framesOf('astronaut.png')[0]!;
    await writeFile(
      join(folder, 'truth.csv'),
      `file,frame,subject,faces,yawDeg\nastronaut.png,0,eileen,1,${yawDeg! + 3}\nleaves.webm,59,eileen,0,\n`,
    );
    const scored = await attention(folder, 'score', 'truth.csv', 'rows.jsonl', '--json', 'figures.json');
    expect(scored).toMatchObject({ code: 0, stderr: '' });
    expect(scored.stdout).toMatch(/head yaw, MAE {2,}3\.00°/);
    const { figures } = JSON.parse(await readFile(join(folder, 'figures.json'), 'utf8')) as {
      figures: { name: string; value: number }[];
    };
    expect(figures.find(({ name }) => name === 'yawMaeDeg')!.value).toBeCloseTo(3, 9);
  });

  it.each([
    [['nowhere'], /There is no file or folder nowhere/],
    [['in', '--out', 'rows.txt'], /must end in .jsonl or .csv/],
    [['in', '--out', 'no/folder/rows.csv'], /cannot be written/],
    [['in', '--sequence', 'fast'], /frames a second are a number above 0/],
    [['in', '--baseline', 'own'], /--baseline is one of self, none/],
    [['--fast', 'in'], /Unknown option '--fast'/],
    [['score', 'truth.csv'], /Name the file with the truth, then those with the rows/],
    [['score', 'no.csv', 'rows.jsonl'], /no\.csv cannot be read/],
  ])('refuses %j', async (args, message) => {
    const refused = await attention(folder, ...args);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(message);
  });
});
