import type { BrowserContext, Page } from 'playwright-core';

/** What the probe keeps in a page under test. */
interface Probed {
  peers: RTCPeerConnection[];
  /** Each message that left by a data channel: its size, and its bytes in hexadecimal. */
  messages: string[];
  tracks: MediaStreamTrack[];
}

/** Lets a test look at the peer connections, data messages and cameras of every page of a browser, from outside the product. */
export async function installProbe(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const probed: Probed = { peers: [], messages: [], tracks: [] };
    Object.assign(globalThis, { __probe: probed });
    const Native = RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        probed.peers.push(this);
      }
    };
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the channel as its this below
    const send = RTCDataChannel.prototype.send as (this: RTCDataChannel, data: unknown) => void;
    RTCDataChannel.prototype.send = function (data: unknown) {
      const bytes =
        data instanceof ArrayBuffer
          ? new Uint8Array(data)
          : ArrayBuffer.isView(data)
            ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
            : null;
      probed.messages.push(
        bytes === null ? 'not binary' : [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
      );
      send.call(this, data);
    };
    // An empty page is no secure context and has no devices.
    if (!('MediaDevices' in globalThis)) return;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the devices as its this below
    const open = MediaDevices.prototype.getUserMedia;
    MediaDevices.prototype.getUserMedia = async function (constraints) {
      const stream = await open.call(this, constraints);
      probed.tracks.push(...stream.getTracks());
      return stream;
    };
  });
}

type Entry = Readonly<Record<string, string | number | boolean | undefined>>;

/** One peer connection's statistics, and which way it goes. */
export interface PeerReport {
  /** `signal` has a data channel, `stage` sends media, `receive` is the rest. */
  readonly purpose: 'receive' | 'stage' | 'signal';
  readonly state: string;
  readonly entries: readonly Entry[];
}

/** The statistics of each peer connection that is not closed. */
export async function peerReports(page: Page): Promise<PeerReport[]> {
  const reports = await page.evaluate(async () => {
    const { peers } = (globalThis as unknown as { __probe: Probed }).__probe;
    const open = peers.filter((peer) => peer.connectionState !== 'closed' && peer.localDescription !== null);
    return await Promise.all(
      open.map(async (peer) => {
        const entries: Entry[] = [];
        (await peer.getStats()).forEach((entry: Entry) => entries.push(entry));
        const sends = peer.getTransceivers().some(({ direction }) => direction.startsWith('send'));
        return { state: peer.connectionState, sends, entries };
      }),
    );
  });
  return reports.map(({ state, sends, entries }) => ({
    state,
    entries,
    purpose: entries.some(({ type }) => type === 'data-channel') ? 'signal' : sends ? 'stage' : 'receive',
  }));
}

/** All entries of one type over all peer connections. */
export async function statsOf(page: Page, type: string): Promise<Entry[]> {
  return (await peerReports(page)).flatMap(({ entries }) => entries.filter((entry) => entry['type'] === type));
}

/** What left by data channels since the page was loaded, as hexadecimal. */
export function dataMessages(page: Page): Promise<string[]> {
  return page.evaluate(() => (globalThis as unknown as { __probe: Probed }).__probe.messages);
}

/** How many tracks of camera and microphone are live now: what the lights of the device would say. */
export function liveTracks(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      (globalThis as unknown as { __probe: Probed }).__probe.tracks.filter(({ readyState }) => readyState === 'live')
        .length,
  );
}

/** Holds the pictures of all cameras back, as the system does while another program has them, or gives them again. */
export function muteTracks(page: Page, muted: boolean): Promise<void> {
  return page.evaluate((isMuted) => {
    for (const track of (globalThis as unknown as { __probe: Probed }).__probe.tracks) {
      Object.defineProperty(track, 'muted', { value: isMuted, configurable: true });
      track.dispatchEvent(new Event(isMuted ? 'mute' : 'unmute'));
    }
  }, muted);
}

/** Total energy of the sound that arrived: grows while somebody is heard. */
export async function heardEnergy(page: Page): Promise<number> {
  const inbound = await statsOf(page, 'inbound-rtp');
  return inbound.reduce(
    (sum, { kind, totalAudioEnergy }) => sum + (kind === 'audio' ? Number(totalAudioEnergy) : 0),
    0,
  );
}
