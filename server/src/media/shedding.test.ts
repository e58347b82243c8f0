import type { SheddingStep } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { PacketCost } from './packet-cost.ts';
import { PacketLoad } from './packet-load.ts';
import { Shedding } from './shedding.ts';
import type { Turn } from './shedding.ts';
import { pressureOf } from './worker-pressure.ts';

const SAMPLE_MS = 5_000;
const ALONE: Turn = { giveUp: 'when-near', everything: false, takeBack: true };

/** A class whose workers are as full as a test says, looked at every five seconds. */
class Watched {
  readonly shedding = new Shedding();
  #nowMs = 0;

  /** The steps that it takes while the pressure stays this for so long. */
  pass(
    share: number,
    seconds: number,
    sheds: (step: SheddingStep) => boolean = () => true,
    turn: Turn = ALONE,
  ): SheddingStep[] {
    const steps: SheddingStep[] = [];
    for (let passed = 0; passed < seconds; passed += SAMPLE_MS / 1_000) {
      this.#nowMs += SAMPLE_MS;
      if (this.shedding.note({ share, reason: 'packets' }, this.#nowMs, sheds, turn))
        steps.push(this.shedding.state.step);
    }
    return steps;
  }
}

describe('what a class gives up', () => {
  it('is one thing more after each ten seconds above 90 %, in the documented order', () => {
    const watched = new Watched();
    expect(watched.pass(0.9, 60)).toEqual([]);
    expect(watched.pass(0.95, 10)).toEqual([]);
    expect(watched.pass(0.95, 5)).toEqual(['thumbnails']);
    expect(watched.shedding.state).toEqual({ step: 'thumbnails', reason: 'packets' });
    expect(watched.pass(1.4, 60)).toEqual(['camera-layers', 'frame-rate', 'camera', 'screen']);
    expect(watched.pass(1.4, 60)).toEqual([]);
  });

  it('is nothing for a moment’s storm', () => {
    const watched = new Watched();
    for (let storm = 0; storm < 5; storm += 1) {
      expect(watched.pass(2, 10)).toEqual([]);
      expect(watched.pass(0.8, 5)).toEqual([]);
    }
  });

  it('comes back one by one after thirty seconds each below 70 %, and not in between', () => {
    const watched = new Watched();
    watched.pass(0.95, 25);
    expect(watched.shedding.state.step).toBe('camera-layers');
    expect(watched.pass(0.75, 120)).toEqual([]);
    expect(watched.pass(0.6, 30)).toEqual([]);
    expect(watched.pass(0.6, 5)).toEqual(['thumbnails']);
    expect(watched.pass(0.6, 25)).toEqual([]);
    expect(watched.pass(0.6, 5)).toEqual(['none']);
    expect(watched.shedding.state).toEqual({ step: 'none', reason: null });
    expect(watched.pass(0.6, 120)).toEqual([]);
  });

  it('waits for its turn, and ten or thirty seconds from then on', () => {
    const watched = new Watched();
    const all = () => true;
    expect(watched.pass(0.95, 60, all, { ...ALONE, giveUp: 'never' })).toEqual([]);
    expect(watched.pass(0.95, 10)).toEqual([]);
    expect(watched.pass(0.95, 5)).toEqual(['thumbnails']);
    expect(watched.pass(0.6, 120, all, { ...ALONE, takeBack: false })).toEqual([]);
    expect(watched.pass(0.6, 30)).toEqual([]);
    expect(watched.pass(0.6, 5)).toEqual(['none']);
  });

  it('is everything at once where others come first, and without waiting where they do without something', () => {
    const watched = new Watched();
    const withoutScreen = (step: SheddingStep) => step !== 'screen';
    expect(watched.pass(0.95, 10, withoutScreen, { ...ALONE, everything: true })).toEqual([]);
    expect(watched.pass(0.95, 5, withoutScreen, { ...ALONE, everything: true })).toEqual(['camera']);
    expect(watched.pass(0.5, 5, () => true, { giveUp: 'now', everything: true, takeBack: false })).toEqual(['screen']);
    expect(watched.pass(0.5, 60, () => true, { giveUp: 'now', everything: true, takeBack: false })).toEqual([]);
  });

  it('passes over what nobody is sent, and stays where nothing is left', () => {
    const watched = new Watched();
    expect(watched.pass(0.95, 15, (step) => step === 'screen')).toEqual(['screen']);
    expect(new Watched().pass(0.95, 60, () => false)).toEqual([]);
  });
});

describe('the pressure on a worker', () => {
  const worker = (mediaShare: number) => {
    const load = new PacketLoad();
    load.add({ perSecond: 3_000 });
    const usage = { cpuShare: 0.96, mediaShare, residentBytes: 0 };
    return { load, cost: new PacketCost(10_000), usage };
  };

  it('is that of its packets while its CPU goes into links that come up', () => {
    expect(pressureOf(worker(0.15))).toEqual({ share: 0.3, reason: 'packets' });
  });

  it('is that of its CPU where this does not', () => {
    expect(pressureOf(worker(0.9))).toEqual({ share: 1.2, reason: 'cpu' });
  });
});
