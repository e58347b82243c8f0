import type { ConsumerOffer } from '@lectern/contracts';
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
    const sink = { prefer: vi.fn(), pause: vi.fn(), resume: vi.fn() };
    return { sink, layers: new TileLayers(() => current.offer, sink) };
  }

  it('asks once for a tile that wobbles while it grows', () => {
    const { sink, layers } = tiles({ offer: offer('c1') });
    for (const width of [500, 700, 900, 1280]) {
      layers.prefer('p', width, true);
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(3000);
    expect(sink.prefer.mock.calls).toEqual([['c1', 2]]);
  });

  it('shrinks only when the smaller size lasts', () => {
    const { sink, layers } = tiles({ offer: offer('c1') });
    layers.prefer('p', 1280, true);
    vi.advanceTimersByTime(500);
    layers.prefer('p', 200, true);
    vi.advanceTimersByTime(1000);
    layers.prefer('p', 1280, true);
    vi.advanceTimersByTime(5000);
    expect(sink.prefer.mock.calls).toEqual([['c1', 2]]);
    layers.prefer('p', 200, true);
    vi.advanceTimersByTime(2000);
    expect(sink.prefer).toHaveBeenLastCalledWith('c1', 0);
  });

  it('pauses what nobody sees and resumes it at once', () => {
    const { sink, layers } = tiles({ offer: offer('c1') });
    layers.prefer('p', 640, true);
    vi.advanceTimersByTime(500);
    layers.prefer('p', 640, false);
    vi.advanceTimersByTime(1499);
    expect(sink.pause).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(sink.pause.mock.calls).toEqual([['c1']]);
    layers.prefer('p', 640, true);
    vi.advanceTimersByTime(0);
    expect(sink.resume.mock.calls).toEqual([['c1']]);
  });

  it('tells a new consumer of the same producer again', () => {
    const current = { offer: offer('c1') };
    const { sink, layers } = tiles(current);
    layers.prefer('p', 300, true);
    vi.advanceTimersByTime(500);
    current.offer = offer('c2');
    layers.apply('p');
    expect(sink.prefer.mock.calls).toEqual([
      ['c1', 0],
      ['c2', 0],
    ]);
  });

  it('says nothing about sound, single layers and producers that are gone', () => {
    const current: { offer: ConsumerOffer | undefined } = { offer: offer('c1', 'S3T3', 'audio') };
    const { sink, layers } = tiles(current);
    layers.prefer('p', 300, true);
    vi.advanceTimersByTime(500);
    current.offer = offer('c2', 'L1T3');
    layers.apply('p');
    current.offer = undefined;
    layers.apply('p');
    layers.forget('p');
    expect(sink.prefer).not.toHaveBeenCalled();
  });
});
