import { toBase64 } from '../base64.ts';
import type { FrameTruth } from '../acting/frame-truth.ts';
import { planClip, type ClipData, type ClipFrame, type ClipSpec } from './clip.ts';
import { Film } from './film.ts';
import { Observer } from './observer.ts';
import { sheetOf, sheetRow } from './sheet.ts';
import type { FaceFamily } from '../families/family.ts';
import { keepingLast } from '../families/last-person.ts';

/** A picture on its way out of the page, base64. */
export interface PictureFile {
  readonly truth: FrameTruth;
  readonly extension: 'jpg' | 'png';
  readonly base64: string;
}

declare global {
  interface Window {
    faces: {
      /** Shoots a clip and shows it to the shipped vision code. */
      observe(spec: ClipSpec): Promise<ClipData>;
      /** Begins a clip whose pictures are wanted. */
      begin(spec: ClipSpec): Promise<void>;
      /** Its next pictures; none at the end. */
      pictures(count: number): Promise<readonly PictureFile[]>;
      end(): void;
      /** Adds a row to the sheet: one person, in another scene for each column. */
      sheetRow(identity: number): Promise<void>;
      /** The sheet as PNG, base64. */
      sheet(): Promise<string>;
    };
  }
}

/** As the product counts them. */
const COUNT_EVERY_MS = 1000;

let observer: Promise<Observer> | null = null;
let film: Film | null = null;
const rows: OffscreenCanvas[] = [];

/** Gives the page of a family its functions. */
export function serveFaces(open: () => Promise<FaceFamily>): void {
  let opened: Promise<FaceFamily> | null = null;
  const family = (): Promise<FaceFamily> => (opened ??= open().then(keepingLast));
  window.faces = {
    async observe(spec) {
      const watching = await (observer ??= Observer.open());
      const plan = planClip(spec);
      const shot = new Film(await family(), plan);
      try {
        return await watch(shot, watching);
      } finally {
        shot.close();
      }
    },
    async begin(spec) {
      film = new Film(await family(), planClip(spec));
    },
    async pictures(count) {
      if (film === null) throw new Error('no clip has begun');
      const files: PictureFile[] = [];
      while (files.length < count) {
        const picture = await film.next();
        if (picture === null) break;
        const blob = await picture.file();
        files.push({
          truth: rounded(picture.truth),
          extension: blob.type === 'image/png' ? 'png' : 'jpg',
          base64: toBase64(new Uint8Array(await blob.arrayBuffer())),
        });
      }
      return files;
    },
    end() {
      film?.close();
      film = null;
    },
    async sheetRow(identity) {
      rows.push(await sheetRow(await family(), identity));
    },
    async sheet() {
      const blob = await sheetOf(rows).convertToBlob({ type: 'image/png' });
      return toBase64(new Uint8Array(await blob.arrayBuffer()));
    },
  };
}

async function watch(shot: Film, watching: Observer): Promise<ClipData> {
  watching.reset();
  const frames: ClipFrame[] = [];
  const costMs = { shoot: 0, look: 0 };
  let nextCountMs = 0;
  for (;;) {
    const startedMs = performance.now();
    const picture = await shot.next();
    if (picture === null) break;
    const bitmap = await picture.bitmap();
    costMs.shoot += performance.now() - startedMs;
    const { truth } = picture;
    const counts = truth.tMs >= nextCountMs;
    if (counts) nextCountMs = truth.tMs + COUNT_EVERY_MS;
    const { seen, faces, costMs: lookMs } = await watching.look(bitmap, truth.tMs, counts);
    costMs.look += lookMs;
    frames.push({
      truth: rounded(truth),
      seen: { tMs: truth.tMs, ...rounded(seen) },
      ...(faces === null ? {} : { faces }),
    });
  }
  const { timesMs, ...plan } = shot.plan;
  const count = Math.max(1, timesMs.length);
  return {
    ...plan,
    drawnLooks: shot.take.actor.looks,
    costMs: rounded({ shoot: costMs.shoot / count, look: costMs.look / count }),
    frames,
  };
}

/** Five significant digits are more than anything here is good for. */
function rounded<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'number' ? Number(part.toPrecision(5)) : part)),
  ) as T;
}
