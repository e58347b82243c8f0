import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ClassClock } from './class-clock.ts';
import { Contribution } from './contribution.svelte.ts';
import { TestSignalling, TestTrack } from './test-media.ts';

beforeEach(() => vi.stubGlobal('document', { documentElement: { lang: 'en' } }));
afterEach(() => vi.unstubAllGlobals());

function contributing(duringRecord: (contribution: Contribution) => void) {
  const signalling: TestSignalling = new TestSignalling({
    'set-permission': ({ granted }) => {
      if (granted) duringRecord(contribution);
      return {};
    },
  });
  const channel = { on: () => () => undefined, open: vi.fn(), send: vi.fn(), close: vi.fn() };
  const contribution = new Contribution({
    signalling,
    channel,
    clock: new ClassClock(() => 0),
    capabilities: () => ({}),
    studentsPresent: () => 1,
    firstMedia: () => new Promise(() => undefined),
  });
  contribution.allow(true);
  return { contribution, channel };
}

it('starts with the permission', async () => {
  const { contribution, channel } = contributing(() => undefined);
  await contribution.contribute(TestTrack.of('video'));
  expect(contribution.lamp).toBe('starting');
  expect(channel.open).toHaveBeenCalledOnce();
  contribution.close();
});

it('starts nothing when the class switches the signal off while the permission is on its way', async () => {
  const { contribution, channel } = contributing((running) => {
    running.allow(false);
  });
  await expect(contribution.contribute(TestTrack.of('video'))).rejects.toMatchObject({ code: 'signal-off' });
  expect(contribution.lamp).toBe('camera-off');
  expect(channel.open).not.toHaveBeenCalled();
});

it('starts nothing, and closes the camera, when the student stops while the permission is on its way', async () => {
  const { contribution, channel } = contributing((running) => void running.stopContributing());
  const track = TestTrack.of('video');
  await contribution.contribute(track);
  expect(track.readyState).toBe('ended');
  expect(channel.open).not.toHaveBeenCalled();
});
