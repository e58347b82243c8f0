import { describe, expect, it } from 'vitest';
import { PacketCost } from './packet-cost.ts';
import { ConsumerLoad, PacketLoad } from './packet-load.ts';
import { ProducerRates } from './producer-rates.ts';

const SECOND = 1_000;

describe('the load of a worker', () => {
  it('counts a consumer from its opening on, not while it is paused later, and at the rate of its layer', () => {
    const load = new PacketLoad();
    const camera = new ProducerRates('camera', [{ rid: 'q' }, { rid: 'h' }, { rid: 'f' }], 20, 0);
    load.addTransport();
    const consumer = new ConsumerLoad(load, camera.rateOf(undefined));
    expect(load.perSecond).toBe(2 + 70);
    consumer.follow(camera.rateOf(0));
    expect(load.perSecond).toBe(2 + 17.5);
    consumer.count(false);
    consumer.count(false);
    expect(load.perSecond).toBe(2);
    consumer.follow(camera.rateOf(1));
    consumer.count(true);
    consumer.count(true);
    expect(load.perSecond).toBe(2 + 35);
    consumer.count(false);
    load.removeTransport();
    expect(load.perSecond).toBe(0);
  });

  it('follows the rates that are measured, for everybody who receives the stream', () => {
    const load = new PacketLoad();
    const rates = new ProducerRates('screen', [{ ssrc: 7 }], 20, 0);
    for (let n = 0; n < 3; n += 1) new ConsumerLoad(load, rates.rateOf(undefined));
    rates.sample([{ ssrc: 7, packetCount: 900 }], 5 * SECOND);
    expect(rates.sentPerSecond(undefined)).toBe(180);
    expect(load.perSecond).toBe(3 * 180);
  });
});

describe('the rates of a producer', () => {
  it('rise at once and fall slowly: a pause between sentences frees no place', () => {
    const rates = new ProducerRates('microphone', [{ ssrc: 1 }], 60, 0);
    expect(rates.rateOf(undefined).perSecond).toBeCloseTo(16.7, 1);
    rates.sample([{ ssrc: 1, packetCount: 250 }], 5 * SECOND);
    expect(rates.rateOf(undefined).perSecond).toBe(50);
    rates.sample([{ ssrc: 1, packetCount: 250 }], 10 * SECOND);
    expect(rates.sentPerSecond(undefined)).toBe(0);
    expect(rates.rateOf(undefined).perSecond).toBe(47.5);
    for (let at = 15; at < 300; at += 5) rates.sample([{ ssrc: 1, packetCount: 250 }], at * SECOND);
    expect(rates.rateOf(undefined).perSecond).toBeCloseTo(16.7, 1);
  });

  it('learn nothing from a paused producer, and tell layers apart by their rid', () => {
    const rates = new ProducerRates('camera', [{ rid: 'q' }, { rid: 'f' }], 20, 0);
    rates.sample(
      [
        { rid: 'f', ssrc: 9, packetCount: 500 },
        { rid: 'q', ssrc: 8, packetCount: 200 },
      ],
      5 * SECOND,
    );
    expect([rates.sentPerSecond(0), rates.sentPerSecond(1)]).toEqual([40, 100]);
    rates.setPaused(true);
    rates.sample([{ rid: 'f', ssrc: 9, packetCount: 500 }], 10 * SECOND);
    expect([rates.rateOf(0).perSecond, rates.rateOf(1).perSecond, rates.sentPerSecond(1)]).toEqual([0, 0, 0]);
    rates.setPaused(false);
    expect([rates.rateOf(0).perSecond, rates.rateOf(1).perSecond]).toEqual([40, 100]);
  });
});

describe('what a packet costs', () => {
  const busy = (micros: number, perSecond = 20_000) => ({
    cpuMs: (micros * perSecond * 5) / 1_000,
    packets: perSecond * 5,
    handshakes: 0,
    elapsedMs: 5_000,
  });

  it('is assumed until it is measured, then corrected in operation, slowly and within bounds', () => {
    const cost = new PacketCost(null);
    expect([cost.source, cost.microsPerPacket, cost.budgetPerSecond]).toEqual(['assumed', 15, 50_000]);
    cost.begin(6);
    // More than the test found, which had a core to itself.
    expect([cost.source, cost.budgetPerSecond]).toEqual(['measured', Math.round(750_000 / 9.6)]);
    cost.correct(busy(12));
    expect(cost.microsPerPacket).toBeCloseTo(9.96);
    for (let n = 0; n < 60; n += 1) cost.correct(busy(12));
    expect(cost.microsPerPacket).toBeCloseTo(12, 2);
    for (let n = 0; n < 60; n += 1) cost.correct(busy(1_000));
    expect(cost.microsPerPacket).toBe(36);
    for (let n = 0; n < 60; n += 1) cost.correct(busy(4.9));
    for (let n = 0; n < 60; n += 1) cost.correct({ ...busy(4.9), cpuMs: 251, packets: 200_000 });
    expect(cost.microsPerPacket).toBe(3);
  });

  it('is not learned from a worker that has next to nothing to do', () => {
    const cost = new PacketCost(null);
    cost.correct(busy(100, 500));
    cost.correct({ ...busy(15), cpuMs: 10, packets: 20_000 });
    expect(cost.microsPerPacket).toBe(15);
  });

  it('is not learned while many come in, whose handshakes take the CPU', () => {
    const cost = new PacketCost(null);
    cost.correct({ ...busy(60), handshakes: 500 });
    expect(cost.microsPerPacket).toBe(15);
    cost.correct({ ...busy(60), handshakes: 5 });
    expect(cost.microsPerPacket).toBeCloseTo(21.75);
  });

  it('moves no budget that was set, and is shown all the same', () => {
    const cost = new PacketCost(40_000);
    cost.begin(5);
    cost.correct(busy(10));
    expect([cost.source, cost.budgetPerSecond]).toEqual(['set', 40_000]);
    expect(cost.microsPerPacket).toBeCloseTo(8.3);
  });
});
