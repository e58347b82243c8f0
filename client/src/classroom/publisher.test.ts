import { LecternError, type ClientBodyInput, type StageMember } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OfflineError } from '../http/offline-error.ts';
import { Publisher } from './publisher.ts';
import { TestMediaDevice, TestSignalling, TestTrack } from './test-media.ts';

type Sources = StageMember['sources'];

/** A server that holds what is published, and whose next answers can be refused. */
function server() {
  const held = new Map<string, Sources[number]>();
  const fullFor = new Map<string, 'stage-full' | 'over-capacity'>();
  let produced = 0;
  const produce = ({ source, paused }: ClientBodyInput<'produce'>) => {
    const full = fullFor.get(source);
    if (full !== undefined) throw new LecternError(full);
    for (const [earlierId, earlier] of held) if (earlier.source === source) held.delete(earlierId);
    const producerId = `${source} ${String(++produced)}`;
    held.set(producerId, { source, producerId, paused: paused ?? false });
    return { producerId };
  };
  const pause =
    (paused: boolean) =>
    ({ producerId }: { producerId: string }) => {
      const source = held.get(producerId);
      if (source === undefined) throw new LecternError('media-gone');
      held.set(producerId, { ...source, paused });
      return {};
    };
  const signalling = new TestSignalling({
    produce,
    'pause-producer': pause(true),
    'resume-producer': pause(false),
    'close-producer': ({ producerId }) => {
      if (!held.delete(producerId)) throw new LecternError('media-gone');
      return {};
    },
  });
  return { signalling, produce, held, fullFor, sources: (): Sources => [...held.values()] };
}

let publisher: Publisher;
const muted = new Map<string, boolean>();

function publishing(signalling: TestSignalling): Publisher {
  publisher = new Publisher(signalling, new TestMediaDevice());
  muted.clear();
  publisher.on('changed', (changed) => muted.set(changed.source, changed.muted));
  publisher.on('removed', ({ source }) => muted.delete(source));
  return publisher;
}

afterEach(() => {
  publisher.leaveStage();
});

describe('what a presenter does while signalling is away', () => {
  it('ends at the server once signalling is back, when it ended here', async () => {
    const { signalling, held, sources } = server();
    await publishing(signalling).start({});
    await publisher.publish('camera', TestTrack.of('video'));
    await publisher.publish('screen', TestTrack.of('video'));
    signalling.connected = false;
    await publisher.unpublish('screen');
    signalling.connected = true;
    await publisher.start({}, sources());
    expect([...held.values()].map(({ source }) => source)).toEqual(['camera']);
  });

  it('is muted at the server once signalling is back, when it was muted here', async () => {
    const { signalling, sources } = server();
    await publishing(signalling).start({});
    await publisher.publish('microphone', TestTrack.of('audio'));
    signalling.connected = false;
    await publisher.setMuted('microphone', true);
    expect(muted.get('microphone')).toBe(true);
    signalling.connected = true;
    await publisher.start({}, sources());
    expect(sources()).toMatchObject([{ source: 'microphone', paused: true }]);
  });

  it('is not opened here while nobody would hear it', async () => {
    const { signalling, sources } = server();
    await publishing(signalling).start({});
    await publisher.publish('microphone', TestTrack.of('audio'));
    await publisher.setMuted('microphone', true);
    signalling.connected = false;
    await expect(publisher.setMuted('microphone', false)).rejects.toThrow(OfflineError);
    expect(muted.get('microphone')).toBe(true);
    signalling.connected = true;
    await publisher.start({}, sources());
    expect(sources()).toMatchObject([{ paused: true }]);
  });

  it('stays muted here when staff muted it meanwhile', async () => {
    const { signalling, sources, held } = server();
    await publishing(signalling).start({});
    await publisher.publish('microphone', TestTrack.of('audio'));
    const [microphone] = sources();
    held.set(microphone!.producerId, { ...microphone!, paused: true });
    await publisher.start({}, sources());
    expect(muted.get('microphone')).toBe(true);
  });

  it('closes what the server made and could not tell of', async () => {
    const { signalling, held, sources } = server();
    held.set('lost', { source: 'camera', producerId: 'lost', paused: false });
    await publishing(signalling).start({}, sources());
    expect(held.size).toBe(0);
  });
});

describe('another device for a source', () => {
  it('is muted as the one before it was', async () => {
    const { signalling, sources } = server();
    await publishing(signalling).start({});
    const [before, after] = [TestTrack.of('audio'), TestTrack.of('audio')];
    await publisher.publish('microphone', before);
    await publisher.setMuted('microphone', true);
    await publisher.publish('microphone', after);
    expect(sources()).toMatchObject([{ source: 'microphone', paused: true }]);
    expect(muted.get('microphone')).toBe(true);
    expect({ before: before.readyState, after: after.enabled }).toEqual({ before: 'ended', after: false });
  });

  it('is muted when staff mute the one before it while it is being made', async () => {
    const { signalling, produce, sources } = server();
    await publishing(signalling).start({});
    await publisher.publish('microphone', TestTrack.of('audio'));
    const [before] = sources();
    signalling.answer('produce', (body) => {
      publisher.mutedByStaff(before!.producerId);
      return produce(body);
    });
    const after = TestTrack.of('audio');
    await publisher.publish('microphone', after);
    expect(sources()).toMatchObject([{ source: 'microphone', paused: true }]);
    expect(muted.get('microphone')).toBe(true);
    expect(after.enabled).toBe(false);
  });

  it('leaves nothing that looks live when it cannot be published', async () => {
    const { signalling, held, fullFor } = server();
    await publishing(signalling).start({});
    const [before, after] = [TestTrack.of('video'), TestTrack.of('video')];
    await publisher.publish('camera', before);
    fullFor.set('camera', 'stage-full');
    await expect(publisher.publish('camera', after)).rejects.toThrow(LecternError);
    expect(muted.has('camera')).toBe(false);
    expect(held.size).toBe(0);
    expect({ before: before.readyState, after: after.readyState }).toEqual({ before: 'ended', after: 'live' });
  });
});

describe('a microphone in a class that has grown large', () => {
  it('is made anew, once, when it is next opened', async () => {
    const { signalling, sources } = server();
    await publishing(signalling).start({});
    const track = TestTrack.of('audio');
    await publisher.publish('microphone', track);
    publisher.audioPtimeMs = 60;
    expect(sources()).toMatchObject([{ producerId: 'microphone 1', paused: false }]);
    await publisher.setMuted('microphone', true);
    await publisher.setMuted('microphone', false);
    expect(sources()).toEqual([{ source: 'microphone', producerId: 'microphone 2', paused: false }]);
    expect([track.enabled, track.readyState, muted.get('microphone')]).toEqual([true, 'live', false]);
    await publisher.setMuted('microphone', true);
    await publisher.setMuted('microphone', false);
    expect(sources()).toMatchObject([{ producerId: 'microphone 2', paused: false }]);
  });

  it('stays muted, and can be opened later, when there is no place for another open one', async () => {
    const { signalling, sources, fullFor } = server();
    await publishing(signalling).start({});
    const track = TestTrack.of('audio');
    await publisher.publish('microphone', track, true);
    publisher.audioPtimeMs = 60;
    fullFor.set('microphone', 'stage-full');
    await expect(publisher.setMuted('microphone', false)).rejects.toThrow(LecternError);
    expect(sources()).toMatchObject([{ producerId: 'microphone 1', paused: true }]);
    expect([track.enabled, muted.get('microphone')]).toEqual([false, true]);
    fullFor.clear();
    await publisher.setMuted('microphone', false);
    expect(sources()).toMatchObject([{ producerId: 'microphone 2', paused: false }]);
  });
});

describe('a source that is over before it stands', () => {
  it('ends when its device was lost meanwhile', async () => {
    const { signalling, produce, held } = server();
    await publishing(signalling).start({});
    const track = TestTrack.of('video');
    signalling.answer('produce', (body) => {
      track.stop();
      return produce(body);
    });
    await publisher.publish('camera', track);
    // What comes after the end of the camera.
    await publisher.unpublish('screen');
    expect(held.size).toBe(0);
    expect(muted.has('camera')).toBe(false);
  });

  it('does not run on in the audience when the stage was left meanwhile', async () => {
    const { signalling, produce } = server();
    await publishing(signalling).start({});
    signalling.answer('produce', (body) => {
      publisher.leaveStage();
      return produce(body);
    });
    await expect(publisher.publish('camera', TestTrack.of('video'))).rejects.toThrow(LecternError);
    expect(muted.size).toBe(0);
  });

  it('ends for the others with the page, all sources at once', async () => {
    const { signalling, held } = server();
    await publishing(signalling).start({});
    await publisher.publish('microphone', TestTrack.of('audio'));
    await publisher.publish('camera', TestTrack.of('video'));
    publisher.leavePage();
    expect(muted.size).toBe(0);
    // One turn of the connection is all that a page has left.
    await Promise.resolve();
    expect(held.size).toBe(0);
  });
});

describe('a shared screen', () => {
  afterEach(() => vi.unstubAllGlobals());

  function chosen() {
    const [picture, sound] = [TestTrack.of('video'), TestTrack.of('audio')];
    const stream = {
      getVideoTracks: () => [picture],
      getAudioTracks: () => [sound],
      getTracks: () => [picture, sound],
    };
    vi.stubGlobal('navigator', { mediaDevices: { getDisplayMedia: () => Promise.resolve(stream) } });
    return { picture, sound };
  }

  it('is shared without its sound where the server has no capacity for that, and says so', async () => {
    const { signalling, held, fullFor } = server();
    const { picture, sound } = chosen();
    fullFor.set('screen-audio', 'over-capacity');
    await publishing(signalling).start({});
    await expect(publisher.shareScreen()).rejects.toMatchObject({ code: 'over-capacity' });
    expect([...held.values()]).toMatchObject([{ source: 'screen' }]);
    expect([picture.readyState, sound.readyState]).toEqual(['live', 'ended']);
  });

  it('is not shared at all when its sound finds no way', async () => {
    const { signalling, held, fullFor } = server();
    const { picture, sound } = chosen();
    fullFor.set('screen-audio', 'stage-full');
    await publishing(signalling).start({});
    await expect(publisher.shareScreen()).rejects.toThrow(LecternError);
    expect(muted.size).toBe(0);
    expect(held.size).toBe(0);
    expect([picture.readyState, sound.readyState]).toEqual(['ended', 'ended']);
  });
});

describe('publishing again', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('leaves alone what stands and asks only for what found no place', async () => {
    const { signalling, fullFor, sources } = server();
    await publishing(signalling).start({});
    await publisher.publish('microphone', TestTrack.of('audio'));
    await publisher.publish('screen', TestTrack.of('video'));
    await publisher.publish('camera', TestTrack.of('video'));
    fullFor.set('screen', 'stage-full');
    const before = signalling.bodies('produce').length;

    publisher.reset(0);
    await vi.advanceTimersByTimeAsync(10_000);
    const asked = signalling.bodies('produce').slice(before) as { source: string }[];
    expect(asked.filter(({ source }) => source === 'microphone')).toHaveLength(1);
    expect(asked.filter(({ source }) => source === 'camera')).toHaveLength(1);
    expect(asked.filter(({ source }) => source === 'screen').length).toBeGreaterThan(2);

    fullFor.clear();
    await vi.advanceTimersByTimeAsync(3000);
    expect(sources().at(-1)).toMatchObject({ source: 'screen' });
  });
});
