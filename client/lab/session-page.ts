import { AttentionSession, type AttentionState, type MeasuredWindow } from '../src/attention/attention-session.ts';
import { browserParts } from '../src/attention/browser-parts.ts';
import type { CostReport } from '../src/attention/protocol.ts';
import { openStagedCamera, type StagedCamera, type Staging } from './staged-camera.ts';

/** What a lab or test reads from the page after a while. */
export interface SessionLog {
  readonly states: readonly { readonly atMs: number; readonly state: AttentionState }[];
  readonly windows: readonly (MeasuredWindow & { readonly atMs: number; readonly classMs: number })[];
  readonly costs: readonly CostReport[];
}

declare global {
  interface Window {
    lectern: {
      /** Opens the camera; `start` does so too where nobody has. */
      openCamera(): Promise<void>;
      /** Shows the camera's picture this way, before and while it is measured; staged from the first call on. */
      stage(staging: Staging): Promise<void>;
      start(options?: { offsetMs?: number }): Promise<void>;
      stop(): void;
      setPageVisible(visible: boolean): void;
      endCamera(): void;
      log(): SessionLog;
    };
  }
}

const states: { atMs: number; state: AttentionState }[] = [];
const windows: (MeasuredWindow & { atMs: number; classMs: number })[] = [];
const costs: CostReport[] = [];
const session = new AttentionSession(browserParts());
let startedMs = 0;
let offsetMs = 0;
let camera: MediaStreamTrack | null = null;
let staged: StagedCamera | null = null;
const classMs = (): number => performance.now() + offsetMs;

session.on('state', (state) => states.push({ atMs: performance.now() - startedMs, state }));
session.on('window', (window) => windows.push({ ...window, atMs: performance.now() - startedMs, classMs: classMs() }));
session.on('cost', (cost) => costs.push(cost));

async function openCamera(): Promise<MediaStreamTrack> {
  // As the product asks for one.
  const wished = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
  const [track] = (await navigator.mediaDevices.getUserMedia({ video: wished })).getVideoTracks();
  if (track === undefined) throw new Error('the camera gave no track');
  return track;
}

window.lectern = {
  async openCamera() {
    camera = await openCamera();
  },
  async stage(staging) {
    if (staged === null) {
      staged = await openStagedCamera(await openCamera(), staging);
      camera = staged.track;
    } else staged.stage(staging);
  },
  async start(options = {}) {
    camera ??= await openCamera();
    offsetMs = options.offsetMs ?? 0;
    startedMs = performance.now();
    session.start({ track: camera, classClock: { shownMs: classMs, isSure: () => true }, pageVisible: true });
  },
  stop: () => {
    session.stop();
  },
  setPageVisible: (visible) => {
    session.setPageVisible(visible);
  },
  endCamera: () => {
    // A track that its owner stops fires no event; a camera that is pulled out does.
    camera?.dispatchEvent(new Event('ended'));
  },
  log: () => ({ states, windows, costs }),
};
