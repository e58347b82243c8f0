import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { conversionOf, findRecordings } from './recordings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lectern-recordings-'));
  const names = ['s/2.jpg', 's/10.JPG', 's/.hidden.jpg', 's/labels.csv', 's/deep/x.png', 'v.mp4', 'old.avi'];
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), 'x');
  }
});
afterEach(() => rm(folder, { recursive: true }));

it('finds pictures and videos in the order of their names, and says what it leaves out', async () => {
  const { recordings, refused, ignored } = await findRecordings([`${folder}/`], false);
  expect(recordings.map(({ kind, file }) => [kind, file.slice(folder.length + 1)])).toEqual([
    ['still', 's/2.jpg'],
    ['still', 's/10.JPG'],
    ['still', 's/deep/x.png'],
    ['video', 'v.mp4'],
  ]);
  expect(refused).toEqual([
    { file: `${folder}/old.avi`, reason: expect.stringContaining('convert it with  ffmpeg -i') as string },
  ]);
  expect(ignored).toEqual([`${folder}/s/labels.csv`]);
});

it('takes each folder of pictures as one sequence when asked to, and videos as they are', async () => {
  const { recordings } = await findRecordings([folder], true);
  expect(recordings.map(({ kind, file, paths }) => [kind, file.slice(folder.length + 1), paths.length])).toEqual([
    ['sequence', 's', 2],
    ['sequence', 's/deep', 1],
    ['video', 'v.mp4', 1],
  ]);
  expect(recordings[0]!.paths.map((path) => path.slice(folder.length + 1))).toEqual(['s/2.jpg', 's/10.JPG']);
});

it('takes a file once, however often it is named, and ends where links go round', async () => {
  await symlink(folder, join(folder, 's', 'round'));
  const { recordings } = await findRecordings([join(folder, 'v.mp4'), folder], false);
  expect(recordings).toHaveLength(4);
});

it('refuses a path that is not there, and a folder with nothing in it', async () => {
  await expect(findRecordings([join(folder, 'nothing')], false)).rejects.toThrow(/There is no file or folder/);
  await mkdir(join(folder, 'empty'));
  await expect(findRecordings([join(folder, 'empty')], false)).rejects.toThrow(/neither a picture .* nor a video/);
});

it('quotes names in the command that it gives', () => {
  expect(conversionOf("my dad's.avi")).toBe(
    `ffmpeg -i 'my dad'\\''s.avi' -map 0:v:0 -c:v libx264 -crf 12 -pix_fmt yuv420p -fps_mode passthrough 'my dad'\\''s-h264.mp4'`,
  );
  expect(conversionOf('a/scan.tiff')).toBe('ffmpeg -i a/scan.tiff a/scan.png');
});
