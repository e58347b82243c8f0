import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { classIdSchema, seatIdSchema } from '@lectern/contracts';
import type { SeatId } from '@lectern/contracts';
import { observer } from 'mediasoup';
import type { types } from 'mediasoup';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../config/limits.ts';
import { DATA_SECTION, TestTransport } from '../signalling/test-transport.ts';
import { ClassMedia } from './class-media.ts';
import { routerCapabilities } from './codecs.ts';
import type { MediaConfig } from './media-config.ts';
import { FloodWatch } from './flood-watch.ts';
import { MediaWorkers } from './media-workers.ts';
import { startMedia } from './start-media.ts';
import type { Media } from './start-media.ts';
import type { ProduceRequest } from './stage-producers.ts';
import { UNASKED } from './test-publishing.ts';

const silent = pino({ level: 'silent' });
const config: MediaConfig = {
  host: '127.0.0.1',
  announcedAddress: null,
  firstPort: 0,
  workers: 1,
  workerBinary: process.env['MEDIASOUP_WORKER_BIN'] ?? null,
  packetBudget: null,
  turn: null,
  floodLimits: DEFAULT_LIMITS.floodLimits,
};

/** What mediasoup itself says is open: our own counts could be wrong in the same way as our closing. */
class Census {
  readonly open = { workers: 0, routers: 0, transports: 0, producers: 0, consumers: 0, dataProducers: 0, observers: 0 };

  readonly #onWebRtcTransport: (transport: types.WebRtcTransport) => void;

  constructor(onWebRtcTransport: (transport: types.WebRtcTransport) => void = () => undefined) {
    this.#onWebRtcTransport = onWebRtcTransport;
    observer.on('newworker', this.#onWorker);
  }

  close(): void {
    observer.off('newworker', this.#onWorker);
  }

  readonly #onWorker = (worker: types.Worker): void => {
    this.#count('workers', worker.observer);
    worker.observer.on('newrouter', (router) => {
      this.#count('routers', router.observer);
      router.observer.on('newrtpobserver', (one) => {
        this.#count('observers', one.observer);
      });
      router.observer.on('newtransport', (transport) => {
        this.#count('transports', transport.observer);
        if (transport.type === 'webrtc') this.#onWebRtcTransport(transport as types.WebRtcTransport);
        transport.observer.on('newproducer', (one) => {
          this.#count('producers', one.observer);
        });
        transport.observer.on('newconsumer', (one) => {
          this.#count('consumers', one.observer);
        });
        transport.observer.on('newdataproducer', (one) => {
          this.#count('dataProducers', one.observer);
        });
      });
    });
  };

  #count(kind: keyof Census['open'], one: { once(event: 'close', listener: () => void): unknown }): void {
    this.open[kind] += 1;
    one.once('close', () => {
      this.open[kind] -= 1;
    });
  }
}

const started: { close(): Promise<void> }[] = [];
async function start(changes: Partial<MediaConfig> = {}, logger = silent): Promise<Media> {
  const media = await startMedia({ ...config, ...changes }, logger);
  started.push(media);
  return media;
}
afterEach(async () => {
  for (const media of started.splice(0)) await media.close();
});

const newSeat = (): SeatId => seatIdSchema.parse(randomUUID());
const newClass = (media: Media): ClassMedia => media.openClass(classIdSchema.parse(randomUUID()), false);

async function publish(
  media: ClassMedia,
  seatId: SeatId,
  source: 'microphone' | 'camera' = 'microphone',
  ptimeMs = 20,
): Promise<string> {
  const { transportId } = await media.openTransport(seatId, false, 'stage');
  const audio = source === 'microphone';
  const codec = audio
    ? { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: { ptime: ptimeMs } }
    : { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 };
  return media.produce(seatId, {
    transportId,
    source,
    kind: audio ? 'audio' : 'video',
    rtpParameters: { codecs: [codec], encodings: [{ ssrc: Math.ceil(Math.random() * 1e9) }] },
    paused: false,
  });
}

async function receive(media: ClassMedia, seatId: SeatId) {
  const { transportId, iceCandidates } = await media.openTransport(seatId, true, 'receive');
  const consumers = await media.receive(seatId, { transportId, rtpCapabilities: routerCapabilities() });
  return { transportId, consumers, port: iceCandidates[0]?.port };
}

async function produceSignal(media: ClassMedia, seatId: SeatId): Promise<void> {
  const { transportId } = await media.openTransport(seatId, true, 'signal');
  await media.produceSignal(seatId, { transportId, sctpStreamParameters: { streamId: 0, ordered: false } });
}

describe('the media of a class', () => {
  it('leaves nothing open: not when seats leave, not when the class ends, not when the server closes', async () => {
    const census = new Census();
    const all = await start();
    const media = newClass(all);
    const [teacher, ...students] = [newSeat(), newSeat(), newSeat(), newSeat()];
    await publish(media, teacher, 'camera');
    for (const student of students) {
      expect((await receive(media, student)).consumers).toHaveLength(1);
      await produceSignal(media, student);
    }
    expect(census.open).toMatchObject({ producers: 1, consumers: 3, dataProducers: 3, transports: 8 });
    expect(media.counts()).toEqual({ seats: 4, routers: 1, transports: 7, producers: 1, consumers: 3, pipes: 0 });

    media.closeSeat(students[0]);
    expect(census.open).toMatchObject({ producers: 1, consumers: 2, dataProducers: 2, transports: 6 });
    media.closeLink(teacher, 'stage');
    expect(census.open).toMatchObject({ producers: 0, dataProducers: 2, transports: 5 });
    // The worker tells of them.
    await expect.poll(() => census.open.consumers).toBe(0);
    expect(media.counts()).toMatchObject({ producers: 0, consumers: 0 });
    expect(all.workers()[0]?.packetsPerSecond).toBe(2 * 2 * 2);

    media.close();
    await expect.poll(() => census.open.routers).toBe(0);
    expect(census.open).toMatchObject({ workers: 1, transports: 0, producers: 0, consumers: 0, dataProducers: 0 });
    expect(all.workers()[0]?.packetsPerSecond).toBe(0);
    await all.close();
    expect(census.open).toEqual({
      workers: 0,
      routers: 0,
      transports: 0,
      producers: 0,
      consumers: 0,
      dataProducers: 0,
      observers: 0,
    });
    census.close();
  });

  it('counts a microphone by the length of the packets that its page announces', async () => {
    const all = await start();
    const media = newClass(all);
    const teacher = newSeat();
    const packets = () => Math.round(all.workers()[0]!.packetsPerSecond);
    await publish(media, teacher);
    await receive(media, newSeat());
    expect(packets()).toBe(2 * 2 + 50);
    await publish(media, teacher, 'microphone', 60);
    await expect.poll(packets).toBe(2 * 2 + 17);
  });

  it('gives a seat one transport for each purpose: another one closes the first, also when both are asked for at once', async () => {
    const census = new Census();
    const all = await start();
    const media = newClass(all);
    const seat = newSeat();
    const [first, second] = await Promise.all([
      media.openTransport(seat, true, 'receive'),
      media.openTransport(seat, true, 'receive'),
    ]);
    await media.openTransport(seat, true, 'signal');
    expect(media.counts().transports).toBe(2);
    // And the one that takes the datagrams out of the router.
    expect(census.open.transports).toBe(3);
    await expect(media.restartIce(seat, first.transportId)).rejects.toMatchObject({ code: 'media-gone' });
    await expect(media.restartIce(seat, second.transportId)).resolves.toHaveProperty('usernameFragment');
    census.close();
  });

  it('closes a transport that was still being made when its seat left', async () => {
    const census = new Census();
    const media = newClass(await start());
    const seat = newSeat();
    const opening = media.openTransport(seat, true, 'receive');
    media.closeSeat(seat);
    await expect(opening).rejects.toMatchObject({ code: 'media-gone' });
    await expect.poll(() => census.open.transports).toBeLessThanOrEqual(1);
    expect(media.counts()).toMatchObject({ seats: 0, transports: 0 });
    census.close();
  });

  it('leaves nothing of what was still being opened when its seat left, on whatever turn that was', async () => {
    const census = new Census();
    const all = await start();
    const media = newClass(all);
    await publish(media, newSeat());
    // What listens for who speaks comes a moment after the first microphone.
    await expect.poll(() => census.open.observers).toBe(1);
    const ours = { ...census.open };
    for (let turns = 0; turns < 150; turns += 1) {
      const seats = Array.from({ length: 3 }, newSeat);
      const opening = Promise.allSettled([
        receive(media, seats[0]!),
        publish(media, seats[1]!),
        produceSignal(media, seats[2]!),
      ]);
      for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
      for (const seat of seats) media.closeSeat(seat);
      await opening;
    }
    await expect.poll(() => census.open).toEqual(ours);
    expect(media.counts()).toMatchObject({ seats: 1, transports: 1, producers: 1, consumers: 0 });
    expect(all.workers()[0]?.packetsPerSecond).toBe(2);
    census.close();
  });

  it('leaves nothing of what was still being opened when its class closed, on whatever turn that was', async () => {
    const census = new Census();
    const all = await start();
    const { workers } = census.open;
    for (let turns = 0; turns < 150; turns += 1) {
      const media = newClass(all);
      const opening = Promise.allSettled([publish(media, newSeat()), produceSignal(media, newSeat())]);
      for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
      media.close();
      await opening;
    }
    const nothing = Object.fromEntries(Object.keys(census.open).map((kind) => [kind, 0]));
    await expect.poll(() => census.open).toEqual({ ...nothing, workers });
    census.close();
  });

  it('closes a transport, and what runs over it, when the page closes its side of DTLS', async () => {
    const transports: types.WebRtcTransport[] = [];
    const census = new Census((transport) => transports.push(transport));
    const media = newClass(await start());
    const seat = newSeat();
    const producerId = await publish(media, seat);
    const closed = new Promise((resolve) => media.once('producer-closed', (...args) => resolve(args)));
    // What the worker says when a close_notify arrives; libdatachannel does not send one for a peer without data channels.
    transports[0]?.emit('dtlsstatechange', 'closed');
    expect(await closed).toEqual([seat, producerId]);
    expect(media.counts()).toMatchObject({ transports: 0, producers: 0 });
    census.close();
  });

  it.each<[string, (media: ClassMedia, seat: SeatId, link: types.WebRtcTransport) => unknown]>([
    ['opens it anew', () => null],
    [
      'closes it first',
      // What the worker says when a close_notify arrives.
      (_media, _seat, link) => link.emit('dtlsstatechange', 'closed'),
    ],
    [
      'comes back with another page',
      (media, seat) => {
        media.closeSeat(seat);
      },
    ],
  ])('bars a student who floods a link that is not asked meanwhile, and %s', async (_how, then) => {
    const transports: types.WebRtcTransport[] = [];
    const census = new Census((transport) => transports.push(transport));
    const workers = await MediaWorkers.start(config, silent);
    const limits = { ...config.floodLimits, audienceBytesPerSecond: 1_000 };
    // It watches no class: what it knows of these links is what it is told as they close.
    const floods = new FloodWatch(new Set(), limits, silent);
    const media = new ClassMedia(config, workers, floods, silent, false);
    const seat = newSeat();
    const options = await media.openTransport(seat, true, 'signal');
    const peer = new TestTransport({ name: 'Sam', connect: (body) => media.connectTransport(seat, body) }, options);
    const channel = peer.peer.createDataChannel('signal', { negotiated: true, id: 1, unordered: true });
    const open = new Promise<void>((resolve) => {
      channel.onOpen(resolve);
    });
    await peer.connectSending([DATA_SECTION]);
    await open;
    for (let count = 0; count < 5_000; count += 1) channel.sendMessageBinary(Buffer.alloc(60));
    await expect.poll(async () => (await transports[0]!.getStats())[0]!.bytesReceived).toBeGreaterThan(300_000);
    then(media, seat, transports[0]!);
    await expect(media.openTransport(seat, true, 'signal')).rejects.toMatchObject({
      code: 'too-many',
      retryAfterMs: expect.closeTo(config.floodLimits.barMs, -4) as number,
    });
    await expect(media.openTransport(seat, true, 'receive')).resolves.toHaveProperty('transportId');
    expect(media.counts().transports).toBe(1);
    peer.close();
    floods.close();
    media.close();
    await workers.close();
    census.close();
  });

  it('looks once more at what a student publishes before it is made anew, or closed', async () => {
    const workers = await MediaWorkers.start(config, silent);
    const looks: string[][] = [];
    const lastLook: FloodWatch['lastLook'] = (_class, { producers }) => {
      looks.push([...producers.keys()]);
      return Promise.resolve();
    };
    const media = new ClassMedia(config, workers, { lastLook }, silent, false);
    const seat = newSeat();
    const { transportId } = await media.openTransport(seat, true, 'stage');
    const microphone = async () =>
      media.produce(seat, {
        ...{ transportId, source: 'microphone', kind: 'audio', paused: false },
        rtpParameters: {
          codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
          encodings: [{ ssrc: looks.length + 1 }],
        },
      });
    const first = await microphone();
    expect(looks).toEqual([]);
    const second = await microphone();
    expect(looks).toEqual([[first]]);
    media.closeProducer(seat, second);
    expect(looks).toEqual([[first], [second]]);
    media.close();
    await workers.close();
  });

  it('opens no link to a student whose flood is cut while it waits for its turn, or while it is made', async () => {
    let made = 0;
    let onTransport: () => void = () => undefined;
    const census = new Census(() => {
      made += 1;
      onTransport();
    });
    const media = newClass(await start());
    const seat = newSeat();
    const cut = () => {
      media.cutFlood({ seatId: seat, student: true }, 'receive');
    };
    const waiting = media.openTransport(seat, true, 'receive');
    cut();
    await expect(waiting).rejects.toMatchObject({ code: 'too-many' });
    expect(made).toBe(0);

    const other = newSeat();
    onTransport = () => {
      media.cutFlood({ seatId: other, student: true }, 'receive');
    };
    await expect(media.openTransport(other, true, 'receive')).rejects.toMatchObject({ code: 'too-many' });
    expect([made, census.open.transports, media.counts().transports]).toEqual([1, 1, 0]);
    census.close();
  });

  it('counts as hearing who is connected and whose link is up in ICE and DTLS, and nobody else', async () => {
    const transports: types.WebRtcTransport[] = [];
    const census = new Census((transport) => transports.push(transport));
    const media = newClass(await start());
    await publish(media, newSeat());
    const seat = newSeat();
    const { consumers } = await receive(media, seat);
    await media.resumeConsumers(
      seat,
      consumers.map(({ consumerId }) => consumerId),
    );
    const link = transports[1]!;
    /** As the worker reports it. Consent that is lost for 30 seconds leaves DTLS as it is. */
    const report = (dtls: types.DtlsState, ice: types.IceState) => {
      Object.defineProperty(link, 'dtlsState', { value: dtls, configurable: true });
      Object.defineProperty(link, 'iceState', { value: ice, configurable: true });
      link.emit('dtlsstatechange', dtls);
      link.emit('icestatechange', ice);
      return media.hearing;
    };
    const told: number[] = [];
    media.on('hearing-changed', (hearing) => told.push(hearing));
    expect(report('connecting', 'connected')).toBe(0);
    expect(report('connected', 'completed')).toBe(1);
    expect(report('connected', 'disconnected')).toBe(0);
    expect(report('connected', 'connected')).toBe(1);
    media.setConnected(seat, false);
    expect(media.hearing).toBe(0);
    media.setConnected(seat, true);
    expect(told).toEqual([1, 0, 1, 0, 1]);
    census.close();
  });

  it('asks for a key frame of what runs when the path of a link has changed, and not when it is the first one', async () => {
    const transports: types.WebRtcTransport[] = [];
    const asked: string[] = [];
    const census = new Census((transport) => {
      transports.push(transport);
      transport.observer.on('newconsumer', (consumer) => {
        vi.spyOn(consumer, 'requestKeyFrame').mockImplementation(() => {
          asked.push(consumer.id);
          return Promise.resolve();
        });
      });
    });
    const media = newClass(await start());
    await Promise.all([
      publish(media, newSeat()),
      publish(media, newSeat(), 'camera'),
      publish(media, newSeat(), 'camera'),
    ]);
    const seat = newSeat();
    const { consumers } = await receive(media, seat);
    const [running, hidden] = consumers.filter(({ kind }) => kind === 'video').map(({ consumerId }) => consumerId);
    await media.resumeConsumers(seat, [...consumers.map(({ consumerId }) => consumerId)]);
    await media.pauseConsumers(seat, [hidden!]);
    const link = transports.at(-1)!;
    const changed = (dtls: types.DtlsState) => {
      Object.defineProperty(link, 'dtlsState', { value: dtls, configurable: true });
      link.emit('iceselectedtuplechange', {} as types.TransportTuple);
      return asked;
    };
    expect(changed('new')).toEqual([]);
    expect(changed('connected')).toEqual([running]);
    census.close();
  });

  it('calls what mediasoup refuses the client’s fault', async () => {
    const media = newClass(await start());
    const seat = newSeat();
    const { transportId } = await media.openTransport(seat, false, 'stage');
    const nonsense = {
      transportId,
      source: 'camera',
      kind: 'video',
      paused: false,
      rtpParameters: { codecs: [{ mimeType: 'video/NONSENSE', payloadType: 96, clockRate: 1 }] },
    } satisfies ProduceRequest;
    await expect(media.produce(seat, nonsense)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('announces Opus with DTX and in-band FEC, VP8 and H.264', async () => {
    const { rtpCapabilities } = await start();
    const opus = rtpCapabilities.codecs?.find(({ mimeType }) => mimeType === 'audio/opus');
    expect(opus?.parameters).toMatchObject({ useinbandfec: 1, usedtx: 1 });
    const names = rtpCapabilities.codecs?.map(({ mimeType }) => mimeType);
    expect(names).toEqual(expect.arrayContaining(['audio/opus', 'video/VP8', 'video/H264']));
  });

  it('hands out TURN credentials that expire, and candidates with the announced address, UDP before TCP', async () => {
    const turn = { urls: ['turn:class.test:3478'], secret: 'a shared secret of coturn' };
    const media = newClass(await start({ turn, announcedAddress: '192.0.2.7' }));
    const { iceServers, iceCandidates } = await media.openTransport(newSeat(), true, 'receive');
    expect(iceServers).toHaveLength(1);
    expect(Number(iceServers[0]?.username?.split(':')[0])).toBeGreaterThan(Date.now() / 1000 + 3_600);
    expect(iceCandidates.map(({ address, protocol }) => `${address} ${protocol}`)).toEqual([
      '192.0.2.7 udp',
      '192.0.2.7 tcp',
    ]);
    const [udp, tcp] = iceCandidates;
    expect(udp!.priority).toBeGreaterThan(tcp!.priority);
    expect(udp!.port).toBe(tcp!.port);
  });
});

describe('on several workers', () => {
  /** Two workers and a class on both: the first worker is made to look busy before the last two people come. */
  async function spread() {
    const workers = await MediaWorkers.start({ ...config, workers: 2 }, silent);
    started.push(workers);
    const media = new ClassMedia(config, workers, UNASKED, silent, false);
    const teacher = newSeat();
    const producerId = await publish(media, teacher);
    const [ingestWorker, otherWorker] = workers.all();
    const here = newSeat();
    const there = [newSeat(), newSeat()];
    const atIngest = await receive(media, here);
    ingestWorker!.load.add({ perSecond: 5_000 });
    const elsewhere = [];
    for (const seat of there) elsewhere.push(await receive(media, seat));
    return { media, teacher, producerId, here, there, atIngest, elsewhere, ingestWorker: ingestWorker!, otherWorker };
  }

  it('keeps a small class on one worker: a second router is made only where it pays', async () => {
    const workers = await MediaWorkers.start({ ...config, workers: 2 }, silent);
    started.push(workers);
    const media = new ClassMedia(config, workers, UNASKED, silent, false);
    await publish(media, newSeat());
    const ports = new Set<number | undefined>();
    for (let index = 0; index < 10; index += 1) ports.add((await receive(media, newSeat())).port);
    expect([ports.size, media.counts().routers]).toEqual([1, 1]);
  });

  it('spreads those who wait for the stage by what they will receive of it, and from then on by what they do', async () => {
    const workers = await MediaWorkers.start({ ...config, workers: 2 }, silent);
    started.push(workers);
    const media = new ClassMedia(config, workers, UNASKED, silent, false);
    const early = Array.from({ length: 40 }, newSeat);
    const people = new Map<number | undefined, number>();
    for (const seat of early) {
      const { port } = await receive(media, seat);
      people.set(port, (people.get(port) ?? 0) + 1);
    }
    expect([...people.values()]).toEqual([20, 20]);
    const promised = () => workers.all().map(({ load }) => load.placedPerSecond - load.perSecond);
    expect(promised()).toEqual([2_000, 2_000]);
    media.closeSeat(early[0]!);
    expect(promised()).toEqual([1_900, 2_000]);
    await publish(media, newSeat());
    await expect.poll(promised).toEqual([0, 0]);
    media.close();
  });

  it('pipes a producer once to each router that needs it, and undoes it when the last consumer is gone', async () => {
    const { media, there, atIngest, elsewhere, ingestWorker, otherWorker, producerId } = await spread();
    expect(atIngest.port).toBe(ingestWorker.port);
    expect(elsewhere.map(({ port }) => port)).toEqual([otherWorker?.port, otherWorker?.port]);
    expect(elsewhere.map(({ consumers }) => consumers[0]?.producerId)).toEqual([producerId, producerId]);
    expect(media.counts()).toMatchObject({ routers: 2, pipes: 1, consumers: 3 });
    media.closeSeat(there[0]!);
    expect(media.counts().pipes).toBe(1);
    media.closeSeat(there[1]!);
    await expect.poll(() => media.counts().pipes).toBe(0);
  });

  it('leaves nothing of a pipe that was still being made when the class closed, on whatever turn that was', async () => {
    const census = new Census();
    const workers = await MediaWorkers.start({ ...config, workers: 2 }, silent);
    started.push(workers);
    const open = { ...census.open };
    for (let turns = 0; turns < 120; turns += 1) {
      const media = new ClassMedia(config, workers, UNASKED, silent, false);
      await publish(media, newSeat());
      const [ingest] = workers.all().filter(({ load }) => load.idlePerSecond > 0);
      ingest!.load.add({ perSecond: 5_000 });
      const receiving = Promise.allSettled([receive(media, newSeat())]);
      for (let turn = 0; turn < turns * 10; turn += 1) await new Promise(setImmediate);
      media.close();
      await receiving;
    }
    await expect.poll(() => census.open).toEqual(open);
    census.close();
  });

  it('makes the pipe once when many ask at once, and again after it was undone', async () => {
    const { media, there } = await spread();
    for (const seat of there) media.closeSeat(seat);
    const again = Array.from({ length: 8 }, newSeat);
    const received = await Promise.all(again.map((seat) => receive(media, seat)));
    expect(received.every(({ consumers }) => consumers.length === 1)).toBe(true);
    expect(media.counts().pipes).toBe(1);
  });

  it('replaces a killed worker on its own port; its people begin anew, presenters first, and nobody else notices', async () => {
    const { media, teacher, here, there, ingestWorker, elsewhere } = await spread();
    const closed: SeatId[] = [];
    media.on('consumers-closed', (seatId) => closed.push(seatId));
    const reset = new Promise<SeatId[]>((resolve) => media.once('reset', resolve));
    const producerClosed = new Promise((resolve) => media.once('producer-closed', resolve));
    const replaced = new Promise<void>((resolve) => ingestWorker.once('replaced', resolve));
    const { port } = ingestWorker;
    const pid = ingestWorker.running?.worker.pid;
    process.kill(pid!, 'SIGKILL');
    expect(await reset).toEqual([teacher, here]);
    await producerClosed;
    await replaced;
    expect(ingestWorker.running?.worker.pid).not.toBe(pid);
    const { udpSockets, tcpServers } = (await ingestWorker.running?.server.dump()) ?? {};
    expect([udpSockets?.[0]?.port, tcpServers?.[0]?.port]).toEqual([port, port]);

    // The others keep their transport, and hear of the stage's end and of its return.
    await expect.poll(() => closed.sort()).toEqual([...there].sort());
    await expect(media.restartIce(there[0]!, elsewhere[0]!.transportId)).resolves.toBeDefined();
    const opened = new Promise<SeatId>((resolve) => media.once('consumers-opened', resolve));
    await publish(media, teacher);
    expect(there).toContain(await opened);
    expect((await receive(media, here)).consumers).toHaveLength(1);
    expect(media.counts()).toMatchObject({ seats: 4, producers: 1, consumers: 3 });
  });

  it('answers that the media are gone to whoever was opening them when the worker died', async () => {
    let onTransport: (transport: types.WebRtcTransport) => void = () => undefined;
    const census = new Census((transport) => {
      onTransport(transport);
    });
    const all = await start();
    const media = newClass(all);
    const kill = () => process.kill(all.workers()[0]!.pid!, 'SIGKILL');
    const seats = [newSeat(), newSeat()];
    const producerId = await publish(media, seats[0]!);
    process.kill(all.workers()[0]!.pid!, 'SIGSTOP');
    const opening = [
      media.openTransport(seats[1]!, true, 'receive'),
      media.openTransport(newSeat(), true, 'signal'),
      media.pauseProducer(seats[0]!, producerId),
    ].map((answer) => expect(answer).rejects.toMatchObject({ code: 'media-gone' }));
    kill();
    await Promise.all(opening);

    // Opened, and gone before its messages are taken.
    await vi.waitFor(() => media.openTransport(newSeat(), true, 'receive'));
    onTransport = (transport) => transport.observer.on('newdataproducer', kill);
    await expect(produceSignal(media, newSeat())).rejects.toMatchObject({ code: 'media-gone' });
    census.close();
  });

  it('lets in whoever comes while the only worker is being replaced', async () => {
    const log: object[] = [];
    const logger = pino({}, { write: (line) => void log.push(JSON.parse(line) as object) });
    const all = await start({ workers: 1 }, logger);
    const media = newClass(all);
    await media.openTransport(newSeat(), true, 'receive');
    const died = all.workers()[0]!.pid!;
    const entered = new Promise((resolve) => {
      media.once('reset', () => {
        expect(all.workers()[0]?.pid).toBeNull();
        expect(all.health()).toMatchObject({ status: 'failing' });
        resolve(media.openTransport(newSeat(), true, 'receive'));
      });
    });
    process.kill(died, 'SIGKILL');
    expect(await entered).toHaveProperty('transportId');
    expect(all.health()).toMatchObject({ status: 'ok' });
    expect(log).toContainEqual(expect.objectContaining({ pid: process.pid, workerPid: died }));
  });
});

describe('the start', () => {
  it('counts the ports up from the first one, and names one that is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(startMedia({ ...config, firstPort: port - 1, workers: 2 }, silent)).rejects.toThrow(
      new RegExp(`(?:${port}|${port - 1}).*LECTERN_MEDIA_PORT`),
    );
    await new Promise((resolve) => taken.close(resolve));
  });

  it('names a worker binary that does not start, and the remedy', async () => {
    await expect(startMedia({ ...config, workerBinary: '/bin/false' }, silent)).rejects.toThrow(
      /\/bin\/false does not start.*MEDIASOUP_WORKER_BIN/,
    );
  });
});
