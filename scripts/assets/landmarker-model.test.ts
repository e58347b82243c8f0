import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureLandmarkerModel } from './landmarker-model.ts';

const CONTENT = 'the model';
const sha256 = createHash('sha256').update(CONTENT).digest('hex');

describe('the landmarker model', () => {
  let directory: string;
  let notes: string[];
  let failure: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lectern-model-'));
    failure = join(directory, 'cache/last-failure');
    notes = [];
  });
  afterEach(() => rm(directory, { recursive: true }));

  const unreachable = (): Promise<Response> => Promise.reject(new Error('no route'));
  const ensure = (download: () => Promise<Response> = unreachable, retry = false): Promise<string | null> =>
    ensureLandmarkerModel({
      cached: join(directory, 'cache/face_landmarker.task'),
      folders: [join(directory, 'assets'), join(directory, 'shared')],
      download,
      failure,
      retry,
      sha256,
      note: (line) => notes.push(line),
    });
  const put = async (folder: string, content: string): Promise<void> => {
    await mkdir(join(directory, folder), { recursive: true });
    await writeFile(join(directory, folder, 'face_landmarker.task'), content);
  };

  it('is taken from the cache without asking anybody', async () => {
    await put('cache', CONTENT);
    await expect(ensure(() => Promise.reject(new Error('asked')))).resolves.toBe(
      join(directory, 'cache/face_landmarker.task'),
    );
    expect(notes).toEqual([]);
  });

  it.each(['assets', 'assets/models', 'shared/models'])('is copied into the cache from %s', async (folder) => {
    await put(folder, CONTENT);
    const path = await ensure();
    expect(await readFile(path ?? '', 'utf8')).toBe(CONTENT);
  });

  it('is refused when its content is another, and the next place is tried', async () => {
    await put('assets', 'something else');
    await put('shared/models', CONTENT);
    const path = await ensure();
    expect(await readFile(path ?? '', 'utf8')).toBe(CONTENT);
    expect(notes).toEqual([expect.stringContaining(`is refused: its SHA-256 is not ${sha256}`)]);
  });

  it('replaces a damaged one in the cache', async () => {
    await put('cache', 'damaged');
    const path = await ensure(() => Promise.resolve(new Response(CONTENT)));
    expect(await readFile(path ?? '', 'utf8')).toBe(CONTENT);
  });

  it('is refused when the download brings another content', async () => {
    await expect(ensure(() => Promise.resolve(new Response('a login page')))).resolves.toBeNull();
    expect(notes[0]).toContain('what came is refused');
  });

  it('is missing, with the reason, when the address cannot be reached', async () => {
    await expect(ensure()).resolves.toBeNull();
    expect(notes).toEqual(['face_landmarker.task could not be downloaded: no route']);
  });

  it('is not waited for again for an hour after that, which is said; whoever sets up again tries at once', async () => {
    await ensure();
    notes = [];
    const asked = vi.fn(unreachable);
    await expect(ensure(asked)).resolves.toBeNull();
    expect(asked).not.toHaveBeenCalled();
    expect(notes).toEqual([
      expect.stringMatching(/could not be downloaded 0 minutes ago; .*after an hour.*npm run setup/),
    ]);

    await ensure(asked, true);
    expect(asked).toHaveBeenCalledOnce();

    const longAgo = new Date(Date.now() - 61 * 60_000);
    await utimes(failure, longAgo, longAgo);
    await ensure(asked);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('is missing without another complaint where nothing can be noted', async () => {
    await writeFile(join(directory, 'cache'), 'a file in the place of the cache');
    await expect(ensure()).resolves.toBeNull();
    expect(notes).toEqual(['face_landmarker.task could not be downloaded: no route']);
  });

  it('is fetched by the next start when the last one was ended in the middle of it', async () => {
    const answer = Promise.withResolvers<Response>();
    const begun = Promise.withResolvers<undefined>();
    const interrupted = ensure(() => {
      begun.resolve(undefined);
      return answer.promise;
    });
    await begun.promise;
    await expect(ensure(() => Promise.resolve(new Response(CONTENT)))).resolves.not.toBeNull();
    answer.resolve(new Response(CONTENT));
    await interrupted;
  });
});
