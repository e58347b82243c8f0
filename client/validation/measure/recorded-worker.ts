import { beginRecording, Instruments, type RecordingInWork } from './recorded-measuring.ts';
import type { FromRecorded, ToRecorded } from './recorded.ts';

/** The shipped worker's modules with a way out for each frame, which the shipped worker does not have. It has no network either. */
declare const self: {
  onmessage: ((event: MessageEvent<ToRecorded>) => void) | null;
  postMessage(message: FromRecorded): void;
};

let instruments: Instruments | null = null;
let recording: RecordingInWork | null = null;
/** Messages are worked off in their order; decoding of the next picture begins before its turn. */
let turn: Promise<void> = Promise.resolve();

self.onmessage = ({ data }) => {
  const prepared = data.type === 'look' ? decoded(data.picture) : null;
  turn = turn
    .then(async () => {
      self.postMessage(await answer(data, prepared));
    })
    .catch((error: unknown) => {
      self.postMessage({ type: 'failed', detail: String(error) });
    });
};

async function answer(message: ToRecorded, prepared: Promise<Decoded | Error> | null): Promise<FromRecorded> {
  switch (message.type) {
    case 'init':
      instruments = await Instruments.open(message.bytes);
      return { type: 'ready' };
    case 'begin':
      if (instruments === null) throw new Error('a recording began before the worker was ready');
      recording = await beginRecording(instruments, message.take);
      return { type: 'begun' };
    case 'look': {
      const picture = await prepared;
      if (recording === null || picture === null) throw new Error('a picture came outside a recording');
      if (picture instanceof Error) return { type: 'unreadable', reason: picture.message };
      try {
        return { type: 'seen', frame: await recording.look(picture, message.tMs) };
      } finally {
        picture.source.close();
      }
    }
    case 'end': {
      if (recording === null) throw new Error('a recording ended that never began');
      const windows = await recording.end();
      recording = null;
      return { type: 'ended', windows };
    }
  }
}

interface Decoded {
  readonly source: ImageBitmap | VideoFrame;
  readonly width: number;
  readonly height: number;
}

/** Never rejects: it is awaited later than it is started. A picture is turned as its EXIF data say. */
async function decoded(picture: Blob | VideoFrame | ImageBitmap): Promise<Decoded | Error> {
  if (picture instanceof VideoFrame) {
    return { source: picture, width: picture.displayWidth, height: picture.displayHeight };
  }
  try {
    const source = picture instanceof Blob ? await createImageBitmap(picture) : picture;
    return { source, width: source.width, height: source.height };
  } catch (error) {
    return new Error(error instanceof Error ? error.message : String(error));
  }
}
