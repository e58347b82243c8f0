import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WINDOW_COLUMNS, type FrameRow, type WindowRow } from '../rows.ts';
import { join } from './join.ts';
import { report, type Report } from './report.ts';
import { readRows } from './rows-file.ts';
import { table } from './table.ts';
import { readTruth } from './truth-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'lectern-score-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, text: string): Promise<string> {
  const path = joinPath(folder, name);
  await writeFile(path, text);
  return path;
}

function frameRow(file: string, frame: number, more: Partial<FrameRow> = {}): FrameRow {
  return {
    file,
    frame,
    tMs: frame * 100,
    faces: 1,
    pitchDeg: 0,
    yawDeg: 0,
    rollDeg: 0,
    gazeYawDeg: 0,
    gazePitchDeg: 0,
    eyeOpenLeft: 0.3,
    eyeOpenRight: 0.3,
    blink: false,
    facing: 0.9,
    ...more,
  };
}

const NO_FACE = Object.fromEntries(
  Object.keys(frameRow('', 0))
    .filter((column) => !['file', 'frame', 'tMs', 'faces'].includes(column))
    .map((column) => [column, null]),
) as Partial<FrameRow>;

function windowRow(file: string, window: number, score: number | null): WindowRow {
  return {
    file,
    window,
    startMs: window * 5000,
    score,
    abstain: score === null ? 'too-dark' : null,
    usableFrames: 50,
    modelHash: 'f00d',
  };
}

async function reported(truthCsv: string, rows: readonly (FrameRow | WindowRow)[]): Promise<Report> {
  const truth = await readTruth(await put('truth.csv', truthCsv));
  const jsonl = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const read = await readRows([await put('rows.jsonl', `\n> lectern@0.1.0 attention\n${jsonl}`)]);
  return report(truth, read, join(truth, read), { resamples: 200, seed: 1 });
}

function valueOf({ figures }: Report, name: string, group?: string): number | null | undefined {
  return figures.find((figure) => figure.name === name && figure.group?.value === group)?.value;
}

describe('rows scored against the truth', () => {
  it('gives the errors of angles, each axis and all together, within 40 degrees and beyond', async () => {
    const got = await reported(
      '\uFEFFfile,frame,subject,pitchDeg,yawDeg,rollDeg,gazePitchDeg,gazeYawDeg,comment\r\n' +
        'a.mp4,0,anna,1,2,-3,3,4,"said ""yes"", twice"\r\n' +
        'a.mp4,1,anna,,60,,,,\r\n' +
        '"b, too.mp4",0,ben,0,0,0,0,0,\r\n' +
        'c.mp4,0,ben,0,0,0,0,0,\r\n',
      [
        frameRow('a.mp4', 0),
        frameRow('a.mp4', 1, { yawDeg: 50 }),
        frameRow('b, too.mp4', 0, NO_FACE),
        frameRow('d', 0),
      ],
    );
    expect(valueOf(got, 'faceFound')).toBeCloseTo(2 / 3, 12);
    expect(valueOf(got, 'yawMaeDegWithin40')).toBe(2);
    expect(valueOf(got, 'yawMaeDeg')).toBe((2 + 10) / 2);
    expect(valueOf(got, 'yawDifferenceDeg')).toBe(-6);
    expect(valueOf(got, 'poseMaeDeg')).toBe(2);
    expect(valueOf(got, 'poseGeodesicDeg')).toBeCloseTo(Math.hypot(1, 2, 3), 1);
    expect(valueOf(got, 'gazeAngleDeg')).toBeCloseTo(4.9985, 3);
    expect(got.truths).toEqual({ frames: 4, windows: 0, comparedFrames: 3, comparedWindows: 0, withoutRow: 1 });
    expect(table(got)).toContain('4 truths: 3 compared (3 of frames, 0 of windows), 1 without a row;');
    expect(got.rows).toEqual({ frames: 4, windows: 0, withoutTruth: 1 });
    expect(got.unknownColumns).toEqual(['comment']);
    expect(table(got)).toContain('too few subjects');
  });

  it('gives windows with abstentions left out and counted, and those that are brief apart', async () => {
    const got = await reported(
      'file,window,subject,facing,brief\na,0,s1,1,0\na,1,s1,1,0\na,2,s1,0,0\na,3,s1,0,0\na,4,s1,0,1\n',
      [
        windowRow('a', 0, 0.8),
        windowRow('a', 1, null),
        windowRow('a', 2, 0.3),
        windowRow('a', 3, 0.6),
        windowRow('a', 4, 0.99),
      ],
    );
    expect(valueOf(got, 'windowsBalancedAccuracy')).toBe((1 + 0.5) / 2);
    expect(valueOf(got, 'windowsBalancedAccuracyAllCounted')).toBe((0.5 + 0.5) / 2);
    expect(valueOf(got, 'windowsAuc')).toBe(1);
    expect(valueOf(got, 'windowsEce')).toBeCloseTo((0.2 + 0.3 + 0.6) / 3, 12);
    expect(valueOf(got, 'windowsAbstained')).toBe(0.25);
    expect(valueOf(got, 'windowsAbstained:too-dark')).toBe(0.25);
    expect(got.briefWindows).toBe(1);
    expect(got.modelHashes).toEqual(['f00d']);
  });

  it('gives blinks as events of a file, and every figure of each group', async () => {
    const marks = { a: '..xx....x.', b: '..........', c: '..x.......' };
    // No face is found where a question mark stands.
    const said = { a: '...x......', b: '......x...', c: '.???......' };
    const frames = (['a', 'b', 'c'] as const).flatMap((file) =>
      marks[file].split('').map((mark, i) => {
        const sign = said[file][i];
        return { file, i, truth: mark === 'x', said: sign === '?' ? null : sign === 'x' };
      }),
    );
    const got = await reported(
      `file,frame,subject,group_glasses,blink\n${frames.map(({ file, i, truth }) => `${file},${i},${file},${file === 'a' ? 'yes' : ''},${truth}`).join('\n')}\n`,
      frames.map(({ file, i, said: blink }) => frameRow(file, i, { blink })),
    );
    expect(valueOf(got, 'blinkF1')).toBe(2 / (2 + 1 + 1));
    expect(valueOf(got, 'blinkF1OfAll')).toBe(2 / (2 + 1 + 2));
    expect(valueOf(got, 'blinkFramesF1')).toBe(2 / (2 + 1 + 2));
    expect(valueOf(got, 'blinkF1', 'yes')).toBe(2 / (2 + 0 + 1));
    expect(table(got)).toContain('group_glasses');
  });

  it('gives an interval over subjects from five on, and the same again', async () => {
    const subjects = Array.from({ length: 8 }, (_, i) => i);
    const csv = `file,subject,yawDeg\n${subjects.map((i) => `${i}.jpg,s${i},${i}`).join('\n')}\n`;
    const rows = subjects.map((i) => frameRow(`${i}.jpg`, 0));
    const got = await reported(csv, rows);
    const { value, interval } = got.figures.find(({ name }) => name === 'yawMaeDeg')!;
    expect(value).toBe(3.5);
    expect(interval![0]).toBeLessThan(3.5);
    expect(interval![1]).toBeGreaterThan(3.5);
    expect(await reported(csv, rows)).toEqual(got);
  });

  it('says when labels have the other sign', async () => {
    const frames = Array.from({ length: 30 }, (_, i) => i);
    const got = await reported(
      `file,frame,subject,yawDeg,pitchDeg\n${frames.map((i) => `a,${i},s,${20 - i},${i}`).join('\n')}\n`,
      frames.map((i) => frameRow('a', i, { yawDeg: i - 20, pitchDeg: i + 10 })),
    );
    expect(got.turnedSigns).toEqual(['yawDeg']);
  });

  it('finds a recording by the end of its path, whichever of the two is longer', async () => {
    const got = await reported(
      'file,frame,subject,yawDeg\nann/1.jpg,0,a,1\n.\\data\\ben\\1.jpg,0,b,2\n/x/cy/1.jpg,0,c,3\n',
      [frameRow('data/ann/1.jpg', 0), frameRow('data/ben/1.jpg', 0), frameRow('cy/1.jpg', 0)],
    );
    expect(got.truths.withoutRow).toBe(0);
    await expect(
      reported('file,frame,subject,yawDeg\n1.jpg,0,a,1\n', [frameRow('a/1.jpg', 0), frameRow('b/1.jpg', 0)]),
    ).rejects.toThrow(/several measured files end in "1.jpg"/);
  });

  it('tells of a truth without a row what was measured of its file, and the column that may be to blame', async () => {
    const readAll = async (csv: string, rows: readonly (FrameRow | WindowRow)[]) => {
      const truth = await readTruth(await put('truth.csv', csv));
      const jsonl = rows.map((row) => JSON.stringify(row)).join('\n');
      return join(truth, await readRows([await put('rows.jsonl', jsonl)]));
    };
    const rows = [0, 1, 2].map((i) => frameRow('in/a', i));
    const thinned = [0, 5, 10].map((i) => frameRow('in/b', i));
    const { truthsWithoutRow } = await readAll(
      'file,frame,window,subject,facing\na,99,,s,1\nb,7,,s,1\na,,0,s,1\nc,0,,s,1\n',
      [...rows, ...thinned],
    );
    expect(truthsWithoutRow.map(({ reason }) => reason)).toEqual([
      'no frame 99: in/a has frames 0 to 2',
      'no frame 7: in/b has 3 frames from 0 to 10',
      'no row names this file',
      'no window 0: in/a has no windows in the rows',
    ]);
    await expect(readAll('file,fram,subject,facing\na,1,s,1\n', rows)).rejects.toThrow(
      /"fram" means nothing here; did you mean "frame"\? .*which of the 3 frames of a/,
    );
  });

  it('takes rows as CSV, with the windows in the file beside', async () => {
    const frames = await put(
      'rows.csv',
      'file,frame,tMs,faces,pitchDeg,yawDeg,rollDeg,gazeYawDeg,gazePitchDeg,eyeOpenLeft,eyeOpenRight,blink,facing\na,0,0,1,1,2,3,4,5,0.3,0.3,true,0.7\na,1,33,0,,,,,,,,,\n',
    );
    await put(
      'rows.windows.csv',
      'file,window,startMs,score,abstain,usableFrames,modelHash\na,0,0,,too-dark,12,f00d\n',
    );
    const read = await readRows([frames]);
    expect(read.frames[0]).toEqual({
      ...frameRow('a', 0, {
        pitchDeg: 1,
        yawDeg: 2,
        rollDeg: 3,
        gazeYawDeg: 4,
        gazePitchDeg: 5,
        blink: true,
        facing: 0.7,
      }),
    });
    expect(read.frames[1]).toEqual({ ...frameRow('a', 1, NO_FACE), tMs: 33, faces: 0 });
    expect(read.windows).toEqual([{ ...windowRow('a', 0, null), usableFrames: 12 }]);
  });
});

describe('a truth that cannot be used is refused with the remedy', () => {
  it.each([
    ['file,frame,yawDeg\na,0,1\n', /lacks the column "subject": add it; it says who is seen/],
    [
      'File,frame,subject,yawDeg\na,0,s,1\n',
      /"File" means nothing here; did you mean "file"\? .*lacks the column "file"/,
    ],
    ['file;frame;subject;yawDeg\na;0;s;1,5\n', /separated by semicolons; save it with commas/],
    ['file;frame;subject;facing\na;0;s;1\n', /separated by semicolons; save it with commas/],
    ['"file"\t"frame"\t"subject"\na\t0\ts\n', /separated by tabs; save it with commas/],
    ['\n> lectern@0.1.0 attention\n\n{"file":"a","frame":0}\n', /looks like a file of rows; the truth comes first/],
    [`${WINDOW_COLUMNS.join(',')}\na,0,0,,too-dark,12,f00d\n`, /looks like a file of rows; the truth comes first/],
    [
      'file,frame,subject,yaw\na,0,s,1\n',
      /"yaw" means nothing here; did you mean "yawDeg"\? .*has none of the truths pitchDeg/,
    ],
    ['file,frame,subject,YawDeg\na,0,s,1\n', /"YawDeg" means nothing here; did you mean "yawDeg"\?/],
    ['file,frame,subject,yawDeg\na,0,s,"1,5"\n', /line 2: yawDeg "1,5" is no number; decimals have a point/],
    ['file,frame,subject,yawDeg\na,0,s,1\na,0,s,2\n', /lines 2 and 3 are about the same frame; keep one/],
    [
      'file,windo,subject,facing\na,0,s,1\na,1,s,0\n',
      /^The column "windo" means nothing here; did you mean "window"\? .*lines 2 and 3 .* fill in the column/,
    ],
    ['file,fenster,subject,facing\na,0,s,1\na,1,s,0\n', /fill in .*Columns that mean nothing here: "fenster"/],
    ['file,frame,frames,subject,yawDeg\na,0,9,s,1\na,0,9,s,2\n', /keep one\. Columns that mean nothing here: "frames"/],
    ['file,frame,subject,facing\na,0,s,0.5\n', /facing "0.5" cannot be read; write 0 or 1/],
    ['file,frame,subject,facing\na,0,s,yes\n', /line 2: facing "yes" cannot be read; write 0 or 1/],
    ['file,frame,subject,yawDeg\na,0,,1\n', /line 2: subject is empty/],
    ['file,frame,subject,yawDeg\na,0,s\n', /is no proper CSV/],
    ['file,frame,window,subject,facing\na,0,0,s,1\n', /both a frame and a window/],
    ['file,frame,subject,yawDeg\n', /has no line below/],
  ])('%j', async (csv, message) => {
    await expect(put('truth.csv', csv).then(readTruth)).rejects.toThrow(message);
  });

  it('and so are rows', async () => {
    await expect(put('r.jsonl', '{"file":"a","frame":0}\n').then((path) => readRows([path]))).rejects.toThrow(
      /line 1: tMs must be a number/,
    );
    await expect(put('r.jsonl', 'nonsense\n').then((path) => readRows([path]))).rejects.toThrow(/line 1: it is no row/);
    await expect(put('r.jsonl', '\n').then((path) => readRows([path]))).rejects.toThrow(/There is no row/);
    await expect(readRows([joinPath(folder, 'none.jsonl')])).rejects.toThrow(/cannot be read.*path is right/);
  });
});
