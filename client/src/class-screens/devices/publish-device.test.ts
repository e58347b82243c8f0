import { LecternError, type MediaSource } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestTrack } from '../../classroom/test-media.ts';
import { toasts } from '../../design/toasts.svelte.ts';
import { m } from '../../paraglide/messages.js';
import { publishDevice, publishDevices } from './publish-device.ts';

/** A stage that refuses what a test says. */
function stage(refuses: (source: MediaSource, muted: boolean) => LecternError | null) {
  const published = new Map<MediaSource, boolean>();
  const publish = (source: MediaSource, _track: MediaStreamTrack, muted = false) => {
    const refusal = refuses(source, muted);
    if (refusal !== null) return Promise.reject(refusal);
    published.set(source, muted);
    return Promise.resolve();
  };
  return { publish, published };
}

const shown = (): string[] => toasts.shown.map(({ text }) => text);

beforeEach(() => {
  // The language that the words are in.
  vi.stubGlobal('localStorage', { getItem: () => 'en' });
});

afterEach(() => {
  vi.unstubAllGlobals();
  for (const { id } of toasts.shown) toasts.dismiss(id);
});

describe('publishDevices', () => {
  it('does not let a camera that fails cost the microphone', async () => {
    const session = stage((source) => (source === 'camera' ? new LecternError('stage-full') : null));
    const [microphone, camera] = [TestTrack.of('audio'), TestTrack.of('video')];
    await publishDevices(session, { microphone, camera });
    expect([...session.published]).toEqual([['microphone', false]]);
    expect([microphone.readyState, camera.readyState]).toEqual(['live', 'ended']);
    expect(shown()).toEqual([m.class_full_videos()]);
  });

  it('brings a guest to the stage muted where enough microphones are open, and the camera with it', async () => {
    const session = stage((source, muted) =>
      source === 'microphone' && !muted ? new LecternError('stage-full') : null,
    );
    const [microphone, camera] = [TestTrack.of('audio'), TestTrack.of('video')];
    await publishDevices(session, { microphone, camera });
    expect([...session.published]).toEqual([
      ['microphone', true],
      ['camera', false],
    ]);
    expect(shown()).toEqual([m.class_full_microphones()]);
  });
});

describe('a published device', () => {
  it('tells its person when it is lost, and not when it is switched off', async () => {
    const session = stage(() => null);
    const [unplugged, switchedOff] = [TestTrack.of('audio'), TestTrack.of('video')];
    await publishDevice(session, 'microphone', unplugged);
    await publishDevice(session, 'camera', switchedOff);
    switchedOff.stop();
    expect(shown()).toEqual([]);
    unplugged.stop();
    unplugged.dispatchEvent(new Event('ended'));
    expect(shown()).toEqual([m.class_microphone_lost()]);
  });
});
