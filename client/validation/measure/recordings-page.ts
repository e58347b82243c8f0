import { Input, MATROSKA, MP4, MPEG_TS, QTFF, UrlSource, VideoSampleSink, WEBM, type VideoSample } from 'mediabunny';
import { servedAssets } from '../../src/attention/assets.ts';
import type { FromRecorded, Job, NumberedFrame, Part, Take, ToRecorded } from './recorded.ts';

declare global {
  interface Window {
    recordings: {
      open(): Promise<void>;
      /** Resolves when every item of the job was told as done. */
      measure(job: Job): Promise<void>;
    };
    /** Node's side of the page. */
    tellRecording(part: Part): Promise<void>;
  }
}

/** Files that are fetched at once. */
const FETCHED_AHEAD = 4;
/** Pictures that are with the worker at once: the next one is decoded while one is looked at. */
const ASKED_AHEAD = 3;
/** Frames are told in bundles, and no later than that: whoever says nothing for long counts as broken down. */
const BUNDLE = 50;
const BUNDLE_MS = 5000;

/** No recording is to blame for it alone: the page is given up. */
class WorkerFailure extends Error {}

/** The worker, and who waits for its answers, in order. */
class RecordedWorker {
  readonly #worker: Worker;
  readonly #waiting: ((answer: FromRecorded) => void)[] = [];

  constructor(url: string) {
    this.#worker = new Worker(url, { type: 'module' });
    this.#worker.onmessage = ({ data }: MessageEvent<FromRecorded>) => {
      this.#waiting.shift()?.(data);
    };
    this.#worker.onerror = (event) => {
      for (const tell of this.#waiting.splice(0)) tell({ type: 'failed', detail: event.message });
    };
  }

  /** Rejects with a `WorkerFailure`. */
  async ask(message: ToRecorded, transfer: Transferable[] = []): Promise<FromRecorded> {
    const answer = await new Promise<FromRecorded>((resolve) => {
      this.#waiting.push(resolve);
      this.#worker.postMessage(message, transfer);
    });
    if (answer.type === 'failed') throw new WorkerFailure(`the worker failed: ${answer.detail}`);
    return answer;
  }
}

let worker: RecordedWorker | null = null;

function theWorker(): RecordedWorker {
  if (worker === null) throw new Error('the page is not open');
  return worker;
}

window.recordings = {
  async open() {
    const assets = servedAssets();
    const signal = new AbortController().signal;
    const loaded = await assets.load(await assets.describe(signal), () => undefined, signal);
    worker = new RecordedWorker(loaded.workerUrl);
    const { landmarkerWasm, landmarkerModel, ortWasm, attentionModel } = loaded;
    await worker.ask({ type: 'init', bytes: { landmarkerWasm, landmarkerModel, ortWasm, attentionModel } });
  },
  async measure(job) {
    const { viewDeg } = job;
    if (job.kind === 'stills') return measureStills(job.urls, viewDeg);
    const { framesPerSecond, baseline } = job;
    const take: Take = { running: 'video', framesPerSecond: framesPerSecond ?? 0, baseline, viewDeg };
    return job.kind === 'sequence'
      ? measureSequence(job.urls, job.framesPerSecond, take)
      : measureVideo(job.url, job.framesPerSecond, take);
  },
};

async function measureStills(urls: readonly string[], viewDeg: number | null): Promise<void> {
  await theWorker().ask({ type: 'begin', take: { running: 'image', viewDeg } });
  let item = 0;
  for await (const answer of looksAt(urls, () => 0)) {
    if (answer.type === 'seen') {
      await window.tellRecording({
        type: 'frames',
        item,
        frames: [{ frame: 0, tMs: 0, ...answer.frame }],
        share: 1,
      });
    } else await window.tellRecording({ type: 'unreadable', item, frame: null, reason: reasonOf(answer) });
    await window.tellRecording({ type: 'done', item });
    item += 1;
  }
  await theWorker().ask({ type: 'end' });
}

async function measureSequence(urls: readonly string[], framesPerSecond: number, take: Take): Promise<void> {
  await theWorker().ask({ type: 'begin', take });
  const frames = new Bundle();
  const timeOf = (frame: number): number => rounded((frame * 1000) / framesPerSecond, 3);
  let frame = 0;
  for await (const answer of looksAt(urls, timeOf)) {
    if (answer.type === 'seen') {
      await frames.add({ frame, tMs: timeOf(frame), ...answer.frame }, (frame + 1) / urls.length);
    } else await window.tellRecording({ type: 'unreadable', item: 0, frame, reason: reasonOf(answer) });
    frame += 1;
  }
  await frames.tell();
  await endOfRecording();
}

async function measureVideo(url: string, atMost: number | null, take: Take): Promise<void> {
  // The server is this program: what it does not answer at once it never will.
  const source = new UrlSource(url, { getRetryDelay: () => null });
  const input = new Input({ formats: [MP4, QTFF, MATROSKA, WEBM, MPEG_TS], source });
  let begun = false;
  const frames = new Bundle();
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track === null) throw new Error('it has no video track');
    if (!(await track.canDecode())) throw new Error(`this Chromium cannot decode ${(await track.getCodec()) ?? 'it'}`);
    const durationMs = 1000 * (await track.computeDuration());
    const { averagePacketRate } = await track.computePacketStats(100);
    const framesPerSecond = Math.min(atMost ?? averagePacketRate, averagePacketRate);
    await theWorker().ask({ type: 'begin', take: { ...take, framesPerSecond } as Take });
    begun = true;
    const asked = ahead(wanted(new VideoSampleSink(track), atMost), ASKED_AHEAD, async ({ picture, frame, tMs }) => ({
      answer: await theWorker().ask({ type: 'look', picture, tMs }, [picture]),
      frame,
      tMs,
    }));
    for await (const { answer, frame, tMs } of asked) {
      if (answer.type !== 'seen') throw new Error(reasonOf(answer));
      await frames.add({ frame, tMs, ...answer.frame }, Math.min(1, tMs / durationMs));
    }
    await checkWhole(input);
    if (frames.count === 0) throw new Error('it has no frame');
  } catch (error) {
    if (error instanceof WorkerFailure) throw error;
    const seen = frames.count === 0 ? '' : `only ${frames.count} of its frames were read: `;
    await window.tellRecording({ type: 'unreadable', item: 0, frame: null, reason: seen + messageOf(error) });
  } finally {
    input.dispose();
  }
  await frames.tell();
  if (begun) await endOfRecording();
  else await window.tellRecording({ type: 'done', item: 0 });
}

/** Rejects when the file says that it is longer than what is there. */
async function checkWhole(input: Input): Promise<void> {
  const saidSeconds = await input.getDurationFromMetadata();
  const isSeconds = await input.computeDuration();
  if (saidSeconds === null || isSeconds >= saidSeconds - Math.max(0.5, 0.02 * saidSeconds)) return;
  throw new Error(`it is cut off: ${isSeconds.toFixed(1)} s are there of ${saidSeconds.toFixed(1)}`);
}

interface WantedFrame {
  readonly picture: VideoFrame | ImageBitmap;
  readonly frame: number;
  readonly tMs: number;
}

/** The frames that are shown, numbered as they are in the file, thinned to `atMost` a second. */
async function* wanted(sink: VideoSampleSink, atMost: number | null): AsyncGenerator<WantedFrame> {
  let frame = 0;
  let lastSlot = -1;
  for await (const sample of sink.samples()) {
    try {
      // What lies before the beginning is there for the decoder alone.
      if (sample.timestamp < 0) continue;
      const tMs = rounded(sample.timestamp * 1000, 3);
      const slot = atMost === null ? frame : Math.floor((tMs * atMost) / 1000 + 1e-6);
      if (slot !== lastSlot) yield { picture: upright(sample), frame, tMs };
      lastSlot = slot;
      frame += 1;
    } finally {
      sample.close();
    }
  }
}

/** As a player shows it: turned as the file says. */
function upright(sample: VideoSample): VideoFrame | ImageBitmap {
  if (sample.rotation === 0 && !sample.flip) return sample.toVideoFrame();
  const canvas = new OffscreenCanvas(sample.displayWidth, sample.displayHeight);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser gives no 2D canvas');
  sample.draw(context, 0, 0);
  return canvas.transferToImageBitmap();
}

/** Has the pictures looked at, in their order. */
function looksAt(urls: readonly string[], timeOf: (index: number) => number): AsyncGenerator<FromRecorded> {
  let index = 0;
  return ahead(ahead(urls, FETCHED_AHEAD, fetched), ASKED_AHEAD, async (picture) => {
    const tMs = timeOf(index);
    index += 1;
    return picture instanceof Blob ? theWorker().ask({ type: 'look', picture, tMs }) : picture;
  });
}

async function fetched(url: string): Promise<Blob | FromRecorded> {
  try {
    const response = await fetch(url);
    if (!response.ok) return { type: 'unreadable', reason: await response.text() };
    const picture = await response.blob();
    return picture.size > 0 ? picture : { type: 'unreadable', reason: 'the file is empty' };
  } catch (error) {
    return { type: 'unreadable', reason: messageOf(error) };
  }
}

/** Starts up to `depth` of them before the first has ended; gives the results in order. */
async function* ahead<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  depth: number,
  start: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const started: Promise<R>[] = [];
  for await (const item of items) {
    const result = start(item);
    // Whoever waits for it learns that it failed; until then it is nobody's loss.
    result.catch(() => undefined);
    started.push(result);
    const first = started.length >= depth ? started.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  for (const result of started) yield await result;
}

async function endOfRecording(): Promise<void> {
  const answer = await theWorker().ask({ type: 'end' });
  if (answer.type === 'ended') await window.tellRecording({ type: 'windows', item: 0, windows: answer.windows });
  await window.tellRecording({ type: 'done', item: 0 });
}

/** Frames of one recording on their way to Node. */
class Bundle {
  #frames: NumberedFrame[] = [];
  #share = 0;
  #toldMs = performance.now();
  count = 0;

  async add(frame: NumberedFrame, share: number): Promise<void> {
    this.#frames.push(frame);
    this.#share = share;
    this.count += 1;
    if (this.#frames.length >= BUNDLE || performance.now() - this.#toldMs >= BUNDLE_MS) await this.tell();
  }

  async tell(): Promise<void> {
    const frames = this.#frames;
    this.#frames = [];
    this.#toldMs = performance.now();
    if (frames.length > 0) await window.tellRecording({ type: 'frames', item: 0, frames, share: this.#share });
  }
}

function reasonOf(answer: FromRecorded): string {
  return answer.type === 'unreadable' ? answer.reason : `the worker answered ${answer.type}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
