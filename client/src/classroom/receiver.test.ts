import type { ConsumerOffer } from '@lectern/contracts';
import { generateConsumerRemoteParameters } from 'mediasoup-client/fakeParameters';
import { afterEach, expect, it, vi } from 'vitest';
import { Receiver } from './receiver.ts';
import { TestMediaDevice, TestSignalling } from './test-media.ts';
import { TileLayers } from './tile-layers.ts';

let receiver: Receiver;
afterEach(() => {
  receiver.close();
  vi.useRealTimers();
});

function offer(consumerId: string, kind: 'audio' | 'video'): ConsumerOffer {
  const codecMimeType = kind === 'audio' ? 'audio/opus' : 'video/VP8';
  return {
    consumerId,
    producerId: `producer of ${consumerId}`,
    seatId: '00000000-0000-4000-8000-000000000001' as ConsumerOffer['seatId'],
    source: kind === 'audio' ? 'microphone' : 'camera',
    kind,
    rtpParameters: generateConsumerRemoteParameters({
      codecMimeType,
    }).rtpParameters as unknown as ConsumerOffer['rtpParameters'],
    producerPaused: false,
    heldBack: false,
  };
}

function receiving(signalling: TestSignalling): Receiver {
  receiver = new Receiver(signalling, new TestMediaDevice());
  return receiver;
}

it('resumes what the stage sends, once', async () => {
  const signalling = new TestSignalling({ receive: () => ({ consumers: [offer('sound', 'audio')] }) });
  await receiving(signalling).start({});
  await receiver.opened([offer('picture', 'video')]);
  expect(signalling.bodies('resume-consumers')).toEqual([{ consumerIds: ['sound'] }, { consumerIds: ['picture'] }]);
});

it('begins later where it is asked to, and not twice where it begins for another reason meanwhile', async () => {
  vi.useFakeTimers();
  const signalling = new TestSignalling({ receive: () => ({ consumers: [] }) });
  await receiving(signalling).start({}, 500);
  await vi.advanceTimersByTimeAsync(499);
  expect(signalling.bodies('receive')).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(signalling.bodies('receive')).toHaveLength(1);
  // Once it is under way nothing is put off.
  await receiver.start({}, 500);
  receiver.close();
  const delayed = receiving(signalling).start({}, 500);
  await vi.advanceTimersByTimeAsync(400);
  await Promise.all([delayed, receiver.start({}, 500)]);
  await receiver.start({});
  await vi.advanceTimersByTimeAsync(1_000);
  expect(signalling.bodies('receive')).toHaveLength(2);
});

it('resumes after a reconnect what was opened but never resumed, because the connection went in between', async () => {
  const consumers = [offer('sound', 'audio'), offer('picture', 'video')];
  let isFirst = true;
  const signalling: TestSignalling = new TestSignalling({
    receive: () => ({ consumers }),
    'resume-consumers': () => {
      if (!isFirst) return {};
      isFirst = false;
      return signalling.lose();
    },
  });
  const resumed: string[] = [];
  receiving(signalling).on('resumed', ({ producerId }) => resumed.push(producerId));
  await receiver.start({});
  expect(resumed).toEqual([]);

  signalling.connected = true;
  await receiver.start({});
  expect(signalling.bodies('resume-consumers').at(-1)).toEqual({ consumerIds: ['sound', 'picture'] });
  expect(resumed).toEqual(['producer of sound', 'producer of picture']);
});

it('resumes everything again after each reconnect: what was asked before may have been lost', async () => {
  const signalling = new TestSignalling({ receive: () => ({ consumers: [offer('picture', 'video')] }) });
  await receiving(signalling).start({});
  await receiver.start({});
  expect(signalling.bodies('resume-consumers')).toEqual([{ consumerIds: ['picture'] }, { consumerIds: ['picture'] }]);
});

it('proves the path anew after a reconnect, also where the browser still takes it for connected', async () => {
  const signalling = new TestSignalling({ receive: () => ({ consumers: [offer('sound', 'audio')] }) });
  await receiving(signalling).start({});
  expect(signalling.bodies('restart-ice')).toEqual([]);
  const transport = receiver.transport;
  Object.defineProperty(transport, 'connectionState', { value: 'connected' });
  await receiver.start({});
  expect(signalling.bodies('restart-ice')).toEqual([{ transportId: transport?.id }]);
});

it('knows what the server keeps back: by the offers, then by its word, and anew after a reconnect', async () => {
  const heldBack = { ...offer('picture', 'video'), heldBack: true };
  const signalling = new TestSignalling({ receive: () => ({ consumers: [offer('sound', 'audio'), heldBack] }) });
  let held: string[] = [];
  receiving(signalling).on('held-back', ({ producerIds }) => (held = producerIds));
  await receiver.start({});
  expect(held).toEqual(['producer of picture']);
  receiver.heldBack([]);
  expect(held).toEqual([]);
  // Told before the consumer itself has come.
  receiver.heldBack(['screen']);
  await receiver.opened([offer('screen', 'video')]);
  expect(held).toEqual(['producer of screen']);
  await receiver.start({});
  expect(held).toEqual(['producer of picture']);
});

it('asks the newer of two consumers of one producer for what its tile wants, layers and pause alike', async () => {
  const layered = (consumerId: string): ConsumerOffer => {
    const { rtpParameters, ...rest } = offer(consumerId, 'video');
    const encodings = [{ ssrc: 1, scalabilityMode: 'L3T3' }];
    return { ...rest, producerId: 'camera', rtpParameters: { ...rtpParameters, encodings } };
  };
  const signalling = new TestSignalling({ receive: () => ({ consumers: [layered('first')] }) });
  receiving(signalling);
  const tell = (type: 'pause-consumers' | 'resume-consumers') => async (consumerId: string) => {
    await signalling.request(type, { consumerIds: [consumerId] });
  };
  const tiles = new TileLayers((producerId) => receiver.offerOf(producerId), {
    prefer: async (consumerId, spatialLayer) => {
      await signalling.request('prefer-layers', { consumerId, spatialLayer });
    },
    pause: tell('pause-consumers'),
    resume: tell('resume-consumers'),
  });
  receiver.on('added', ({ producerId }) => {
    tiles.apply(producerId);
  });
  receiver.on('resumed', ({ producerId }) => {
    tiles.resumed(producerId);
  });
  await receiver.start({});
  tiles.prefer('camera', 320, true);
  await expect.poll(() => signalling.bodies('prefer-layers')).toEqual([{ consumerId: 'first', spatialLayer: 0 }]);
  tiles.setLowBandwidth(true);
  await expect.poll(() => signalling.bodies('pause-consumers')).toEqual([{ consumerIds: ['first'] }]);
  await Promise.all([receiver.opened([layered('second')]), receiver.closed(['first'])]);
  await expect.poll(() => signalling.bodies('pause-consumers').at(-1)).toEqual({ consumerIds: ['second'] });
  tiles.setLowBandwidth(false);
  const wanted = { consumerId: 'second', spatialLayer: 0 };
  await expect.poll(() => signalling.bodies('prefer-layers').at(-1)).toEqual(wanted);
  await expect.poll(() => signalling.bodies('resume-consumers').at(-1)).toEqual({ consumerIds: ['second'] });
  tiles.close();
});
