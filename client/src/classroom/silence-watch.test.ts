import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SilenceWatch } from './silence-watch.ts';

let packets = 0;
let arriving = true;
let expecting = true;
let said: unknown[];
let watch: SilenceWatch;

const transport = {
  getStats: () =>
    Promise.resolve(
      new Map([
        ['sound', { type: 'inbound-rtp', packetsReceived: (packets += arriving ? 2 : 0) }],
        ['link', { type: 'transport', packetsReceived: Math.random() }],
      ]),
    ),
};

beforeEach(() => {
  vi.useFakeTimers();
  [packets, arriving, expecting, said] = [0, true, true, []];
  watch = new SilenceWatch(() => (expecting ? transport : null));
  watch.on('suspected', () => said.push('suspected'));
  watch.on('silent', (silent) => said.push(silent));
  watch.start();
});

afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

describe('SilenceWatch', () => {
  it('suspects the path after two seconds without a packet, once, and says so on the screen after three', async () => {
    await seconds(5);
    expect(said).toEqual([]);
    arriving = false;
    await seconds(2);
    expect(said).toEqual(['suspected']);
    await seconds(1);
    expect(said).toEqual(['suspected', true]);
    await seconds(20);
    arriving = true;
    await seconds(1);
    expect(said).toEqual(['suspected', true, false]);
  });

  it('forgives the gaps of a microphone in silence and of a screen that nobody touches', async () => {
    for (let second = 0; second < 10; second++) {
      arriving = second % 2 === 0;
      await seconds(1);
    }
    expect(said).toEqual([]);
  });

  it('misses nothing while nothing is expected, and gives what is expected anew time to come', async () => {
    arriving = expecting = false;
    await seconds(10);
    expecting = true;
    await seconds(2);
    expect(said).toEqual([]);
    await seconds(2);
    expect(said).toEqual(['suspected', true]);
    expecting = false;
    await seconds(1);
    expect(said).toEqual(['suspected', true, false]);
  });

  it('says nothing more once it is stopped', async () => {
    arriving = false;
    await seconds(4);
    watch.stop();
    await seconds(10);
    expect(said).toEqual(['suspected', true, false]);
  });
});
