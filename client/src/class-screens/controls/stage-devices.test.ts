import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { TestTrack } from '../../classroom/test-media.ts';
import { StageDevices } from './stage-devices.svelte.ts';

/** The browser's questions for a device, each answered when the test says so. */
const questions: (() => void)[] = [];
const asked: MediaStreamConstraints[] = [];

beforeEach(() => {
  questions.length = 0;
  asked.length = 0;
  const getUserMedia = (constraints: MediaStreamConstraints) =>
    new Promise((answer) => {
      const { video } = constraints;
      asked.push(constraints);
      const tracks = { camera: video ? [TestTrack.of('video')] : [], microphone: video ? [] : [TestTrack.of('audio')] };
      questions.push(() => {
        answer({ getVideoTracks: () => tracks.camera, getAudioTracks: () => tracks.microphone });
      });
    });
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
  vi.stubGlobal('localStorage', { getItem: () => null });
});

afterEach(() => vi.unstubAllGlobals());

it('asks once for a camera that is clicked on again meanwhile, also when the microphone is asked for between', async () => {
  const local = new Map<string, object>();
  const publish = (source: string, track: MediaStreamTrack) => {
    local.set(source, { track, muted: false });
    return Promise.resolve();
  };
  const devices = new StageDevices({ local, publish } as unknown as ClassSession);
  const clicks = [devices.toggleCamera(), devices.toggleMicrophone(), devices.toggleCamera()];
  expect([...devices.busy]).toEqual(['camera', 'microphone']);
  expect(questions).toHaveLength(2);
  for (const answer of questions) answer();
  await Promise.all(clicks);
  expect([...devices.busy]).toEqual([]);
  expect([devices.cameraOn, devices.microphoneOn]).toEqual([true, true]);
});

it('turns on again what was on before, with the devices of then and a muted microphone muted', async () => {
  const published: [string, boolean][] = [];
  const publish = (source: string, _track: MediaStreamTrack, muted: boolean) => {
    published.push([source, muted]);
    return Promise.resolve();
  };
  const devices = new StageDevices({ local: new Map(), publish } as unknown as ClassSession);
  const on = devices.turnOnAgain({ camera: 'front', microphone: 'desk', muted: true });
  for (const answer of questions) answer();
  await on;
  expect(asked.map(({ audio, video }) => (audio ?? video) as MediaTrackConstraints)).toMatchObject([
    { deviceId: { exact: 'desk' } },
    { deviceId: { exact: 'front' } },
  ]);
  expect(published).toEqual([
    ['microphone', true],
    ['camera', false],
  ]);
});
