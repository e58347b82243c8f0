import { LecternError, type ConsumerOffer } from '@lectern/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { layerForWidth, layersOf, TileLayers } from './tile-layers.ts';

function offer(consumerId: string, mode = 'S3T3', kind: 'audio' | 'video' = 'video'): ConsumerOffer {
  return {
    consumerId,
    producerId: 'p',
    seatId: '00000000-0000-4000-8000-000000000001' as ConsumerOffer['seatId'],
    source: 'camera',
    kind,
    rtpParameters: { codecs: [], encodings: [{ ssrc: 1, scalabilityMode: mode }] },
    producerPaused: false,
    heldBack: false,
  };
}

describe('layerForWidth', () => {
  it('takes the smallest layer that is not visibly stretched', () => {
    expect(layerForWidth(160, 3)).toBe(0);
    expect(layerForWidth(320, 3)).toBe(0);
    expect(layerForWidth(400, 3)).toBe(0);
    expect(layerForWidth(480, 3)).toBe(1);
    expect(layerForWidth(800, 3)).toBe(1);
    expect(layerForWidth(1280, 3)).toBe(2);
  });

  it('never asks for a layer that is not sent', () => {
    expect(layerForWidth(1920, 2)).toBe(1);
    expect(layerForWidth(1920, 1)).toBe(0);
    expect(layerForWidth(1920, 0)).toBe(0);
  });

  it('never asks for less as the tile grows', () => {
    let before = 0;
    for (let width = 0; width < 4000; width += 7) {
      const layer = layerForWidth(width, 3);
      expect(layer).toBeGreaterThanOrEqual(before);
      before = layer;
    }
  });
});

describe('layersOf', () => {
  it('reads the scalability mode', () => {
    expect(layersOf(offer('c', 'S3T3'))).toBe(3);
    expect(layersOf(offer('c', 'L2T1'))).toBe(2);
    expect(layersOf(offer('c', 'nonsense'))).toBe(1);
  });
});

describe('TileLayers', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function tiles(current: { offer: ConsumerOffer | undefined }) {
    const sink = {
      prefer: vi.fn((_consumerId: string, _layer: number) => Promise.resolve()),
      pause: vi.fn((_consumerId: string) => Promise.resolve()),
      resume: vi.fn((_consumerId: string) => Promise.resolve()),
    };
    return { sink, layers: new TileLayers(() => current.offer, sink) };
  }

  /** A tile that was shown and is hidden for good: its consumer is paused. */
  async function hidden(sinkAndLayers: ReturnType<typeof tiles>): Promise<void> {
    sinkAndLayers.layers.prefer('p', 640, true);
    await vi.advanceTimersByTimeAsync(500);
    sinkAndLayers.layers.prefer('p', 640, false);
    await vi.advanceTimersByTimeAsync(1500);
    expect(sinkAndLayers.sink.pause.mock.calls).toEqual([['c1']]);
  }

  it('asks once for a tile that wobbles while it grows', async () => {
    const { sink, layers } = tiles({ offer: offer('c1') });
    for (const width of [500, 700, 900, 1280]) {
      layers.prefer('p', width, true);
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(3000);
    expect(sink.prefer.mock.calls).toEqual([['c1', 2]]);
  });

  it('shrinks only when the smaller size lasts', async () => {
    const { sink, layers } = tiles({ offer: offer('c1') });
    layers.prefer('p', 1280, true);
    await vi.advanceTimersByTimeAsync(500);
    layers.prefer('p', 200, true);
    await vi.advanceTimersByTimeAsync(1000);
    layers.prefer('p', 1280, true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(sink.prefer.mock.calls).toEqual([['c1', 2]]);
    layers.prefer('p', 200, true);
    await vi.advanceTimersByTimeAsync(2000);
    expect(sink.prefer).toHaveBeenLastCalledWith('c1', 0);
  });

  it('with low bandwidth pauses a camera that is seen, and brings it back as it was', async () => {
    const { sink, layers } = tiles({ offer: offer('c1') });
    layers.prefer('p', 1280, true);
    await vi.advanceTimersByTimeAsync(500);
    layers.setLowBandwidth(true);
    await vi.advanceTimersByTimeAsync(0);
    expect([sink.pause.mock.calls, layers.isSent('p')]).toEqual([[['c1']], false]);
    layers.setLowBandwidth(false);
    await vi.advanceTimersByTimeAsync(0);
    expect([sink.resume.mock.calls, layers.isSent('p')]).toEqual([[['c1']], true]);
    expect(sink.prefer.mock.calls).toEqual([['c1', 2]]);
  });

  it('with low bandwidth takes a shared screen at its lowest layers, and afterwards at all of them', async () => {
    const { sink, layers } = tiles({ offer: { ...offer('c1', 'L1T3'), source: 'screen' } });
    layers.setLowBandwidth(true);
    layers.prefer('p', 1280, true);
    await vi.advanceTimersByTimeAsync(500);
    expect(sink.prefer.mock.calls).toEqual([['c1', 0, 0]]);
    layers.setLowBandwidth(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(sink.prefer.mock.calls.slice(1)).toEqual([['c1', 0]]);
    expect(sink.pause).not.toHaveBeenCalled();
  });

  it('pauses what nobody sees and resumes it at once', async () => {
    const { sink, layers } = tiles({ offer: offer('c1') });
    layers.prefer('p', 640, true);
    await vi.advanceTimersByTimeAsync(500);
    layers.prefer('p', 640, false);
    await vi.advanceTimersByTimeAsync(1499);
    expect(sink.pause).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(sink.pause.mock.calls).toEqual([['c1']]);
    layers.prefer('p', 640, true);
    await vi.advanceTimersByTimeAsync(0);
    expect(sink.resume.mock.calls).toEqual([['c1']]);
  });

  it('resumes what was shown again while the pause was still under way', async () => {
    const both = tiles({ offer: offer('c1') });
    const paused = Promise.withResolvers<undefined>();
    both.sink.pause.mockReturnValueOnce(paused.promise);
    await hidden(both);
    both.layers.prefer('p', 640, true);
    await vi.advanceTimersByTimeAsync(100);
    expect(both.sink.resume).not.toHaveBeenCalled();
    paused.resolve(undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(both.sink.resume.mock.calls).toEqual([['c1']]);
  });

  it('asks again for a picture whose resumption did not arrive, with the next change of its tile', async () => {
    const both = tiles({ offer: offer('c1') });
    await hidden(both);
    both.sink.resume.mockRejectedValueOnce(new LecternError('unavailable'));
    both.layers.prefer('p', 640, true);
    await vi.advanceTimersByTimeAsync(100);
    both.layers.prefer('p', 660, true);
    await vi.advanceTimersByTimeAsync(500);
    expect(both.sink.resume).toHaveBeenCalledTimes(2);
  });

  it('pauses a hidden picture again after signalling came back and everything was resumed', async () => {
    const both = tiles({ offer: offer('c1') });
    await hidden(both);
    both.layers.resumed('p');
    await vi.advanceTimersByTimeAsync(0);
    expect(both.sink.pause.mock.calls).toEqual([['c1'], ['c1']]);
    both.layers.prefer('p', 640, true);
    await vi.advanceTimersByTimeAsync(0);
    expect(both.sink.resume.mock.calls).toEqual([['c1']]);
  });

  it('tells a new consumer of the same producer again', async () => {
    const current = { offer: offer('c1') };
    const { sink, layers } = tiles(current);
    layers.prefer('p', 300, true);
    await vi.advanceTimersByTimeAsync(500);
    current.offer = offer('c2');
    layers.apply('p');
    expect(sink.prefer.mock.calls).toEqual([
      ['c1', 0],
      ['c2', 0],
    ]);
  });

  it('forgets what left the stage, and says nothing of it any more', async () => {
    const { sink, layers } = tiles({ offer: offer('c1') });
    layers.prefer('p', 300, true);
    layers.keepOnly(['another']);
    await vi.advanceTimersByTimeAsync(5000);
    layers.apply('p');
    expect(sink.prefer).not.toHaveBeenCalled();
  });

  it('says nothing about sound, single layers and producers that are gone', async () => {
    const current: { offer: ConsumerOffer | undefined } = { offer: offer('c1', 'S3T3', 'audio') };
    const { sink, layers } = tiles(current);
    layers.prefer('p', 300, true);
    await vi.advanceTimersByTimeAsync(500);
    current.offer = offer('c2', 'L1T3');
    layers.apply('p');
    current.offer = undefined;
    layers.apply('p');
    expect(sink.prefer).not.toHaveBeenCalled();
  });
});
