import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LinkMeter } from './link-figures.ts';
import { QualityWatch } from './quality-watch.ts';

const inbound = (received: number, lost: number, decoded = 0, dropped = 0) => ({
  type: 'inbound-rtp',
  packetsReceived: received,
  packetsLost: lost,
  framesDecoded: decoded,
  framesDropped: dropped,
});

describe('LinkMeter', () => {
  it('takes the round trip of the selected pair, not of any other', () => {
    const reports = [
      { type: 'transport', selectedCandidatePairId: 'b' },
      { type: 'candidate-pair', id: 'a', nominated: true, currentRoundTripTime: 0.9 },
      { type: 'candidate-pair', id: 'b', nominated: true, currentRoundTripTime: 0.042 },
    ];
    expect(new LinkMeter().read(reports).rttMs).toBeCloseTo(42);
    expect(new LinkMeter().read([]).rttMs).toBeNull();
  });

  it('takes the mean of all checks where the browser tells only their sum', () => {
    const pair = { type: 'candidate-pair', nominated: true, totalRoundTripTime: 0.5, responsesReceived: 10 };
    expect(new LinkMeter().read([pair]).rttMs).toBeCloseTo(50);
    expect(new LinkMeter().read([{ ...pair, totalRoundTripTime: 0, responsesReceived: 0 }]).rttMs).toBeNull();
  });

  it('counts loss since the last look only', () => {
    const meter = new LinkMeter();
    meter.read([inbound(1000, 100)]);
    expect(meter.read([inbound(1090, 110)]).lossShare).toBeCloseTo(0.1);
    expect(meter.read([inbound(1190, 110)]).lossShare).toBe(0);
  });

  it('forgives packets that were late, not lost', () => {
    const meter = new LinkMeter();
    meter.read([inbound(1000, 100)]);
    expect(meter.read([inbound(1200, 60)]).lossShare).toBe(0);
  });

  it('says nothing when too little came to tell', () => {
    const meter = new LinkMeter();
    expect(meter.read([inbound(5, 5, 2, 2)])).toEqual({
      ...{ rttMs: null, lossShare: null, droppedShare: null, receivedKbps: null },
    });
  });

  it('says how much sound and picture take, headers too, and nothing at the first look or where nothing is received', () => {
    const meter = new LinkMeter();
    const look = (bytes: number, seconds: number) =>
      meter.read([
        { ...inbound(100, 0), timestamp: seconds * 1000, bytesReceived: bytes, headerBytesReceived: bytes / 10 },
        { type: 'transport', timestamp: seconds * 1000, bytesReceived: 1e9 },
      ]).receivedKbps;
    expect(look(100_000, 10)).toBeNull();
    expect(look(130_000, 13)).toBeCloseTo(88);
    expect(look(130_000, 16)).toBe(0);
    // A stream has ended, and taken its bytes with it.
    expect(look(50_000, 19)).toBeNull();
    expect(look(80_000, 22)).toBeCloseTo(88);
    expect(new LinkMeter().read([{ type: 'outbound-rtp', timestamp: 1, bytesSent: 1 }]).receivedKbps).toBeNull();
  });

  it('begins anew when a new transport counts from zero', () => {
    const meter = new LinkMeter();
    meter.read([inbound(100_000, 5000)]);
    expect(meter.read([inbound(90, 10)]).lossShare).toBeCloseTo(0.1);
  });

  it('tells how many pictures the device could not show', () => {
    const meter = new LinkMeter();
    meter.read([inbound(0, 0, 100, 0)]);
    expect(meter.read([inbound(0, 0, 200, 25)]).droppedShare).toBeCloseTo(0.25);
  });
});

describe('a transport that only sends', () => {
  const outbound = (sent: number, lost: number) => [
    { type: 'outbound-rtp', packetsSent: sent },
    { type: 'remote-inbound-rtp', packetsLost: lost, fractionLost: 0 },
  ];

  it('has the loss that the server reports of it, since the last look', () => {
    const meter = new LinkMeter();
    meter.read(outbound(1000, 100));
    expect(meter.read(outbound(1100, 110)).lossShare).toBeCloseTo(0.1);
    expect(meter.read(outbound(1200, 110)).lossShare).toBe(0);
  });

  it('says nothing while a muted microphone sends next to nothing', () => {
    expect(new LinkMeter().read(outbound(5, 3)).lossShare).toBeNull();
  });
});

describe('QualityWatch', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const transport = (connectionState: string, figures: object = { currentRoundTripTime: 0.02 }) => ({
    connectionState,
    getStats: () => Promise.resolve([['pair', { type: 'candidate-pair', nominated: true, ...figures }] as const]),
  });

  it('says that a link stands where the browser tells nothing of its quality', async () => {
    let watched = transport('connecting', {});
    const watch = new QualityWatch(
      () => watched,
      () => undefined,
    );
    const said: unknown[] = [];
    watch.on('linked', (linked) => said.push(linked));
    watch.on('changed', (quality) => said.push(quality));
    watch.start();
    await vi.advanceTimersByTimeAsync(3000);
    watched = transport('connected', {});
    await vi.advanceTimersByTimeAsync(3000);
    expect(said).toEqual([true]);
    watch.stop();
    expect(said).toEqual([true, false]);
  });

  it('knows nothing of a link that is not connected, and forgets what it knew', async () => {
    let watched = transport('connected');
    const reports: unknown[] = [];
    const watch = new QualityWatch(
      () => watched,
      (report) => reports.push(report),
    );
    const said: string[] = [];
    watch.on('changed', (quality) => said.push(quality));
    watch.start();
    await vi.advanceTimersByTimeAsync(3000);
    watched = transport('disconnected');
    await vi.advanceTimersByTimeAsync(3000);
    watch.stop();
    expect(said).toEqual(['good', 'unknown']);
    // And the server is told both, so that staff read neither for longer than it is true.
    expect(reports).toEqual([
      { rttMs: 20, lossShare: null },
      { rttMs: null, lossShare: null },
    ]);
  });
});
