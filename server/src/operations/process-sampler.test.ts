import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { ProcessSampler } from './process-sampler.ts';

describe('ProcessSampler', () => {
  let sampler: ProcessSampler;
  let nowMs = 0;
  afterEach(() => {
    sampler.close();
  });

  it('gives the share of a core that a process used between two samples, as the kernel counts it', () => {
    sampler = new ProcessSampler(
      () => [],
      () => nowMs,
    );
    expect(sampler.of(process.pid).cpuShare).toBeNull();
    const before = process.cpuUsage();
    let used: NodeJS.CpuUsage;
    do used = process.cpuUsage(before);
    while (used.user + used.system < 300_000);
    nowMs += 1_000;
    sampler.sample();
    const { cpuShare, residentBytes, ownBytes } = sampler.of(process.pid);
    expect(cpuShare).toBeGreaterThan(0.25);
    expect(cpuShare).toBeLessThan(0.6);
    expect(residentBytes).toBeGreaterThan(20_000_000);
    expect(residentBytes).toBeLessThan(2_000_000_000);
    // A process of Node maps files of some 50 MB.
    expect(ownBytes).toBeGreaterThan(10_000_000);
    expect(ownBytes).toBeLessThan(residentBytes ?? 0);
  });

  it('knows other processes while they run, and nothing of those that have ended', async () => {
    const child = spawn(process.execPath, ['--eval', 'console.log("here"); setInterval(() => undefined, 1000)']);
    await once(child.stdout, 'data');
    const pid = child.pid ?? 0;
    sampler = new ProcessSampler(() => [pid]);
    expect(sampler.of(pid).residentBytes).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await once(child, 'close');
    sampler.sample();
    expect(sampler.of(pid)).toEqual({ cpuShare: null, residentBytes: null, ownBytes: null });
    expect(sampler.of(null)).toEqual({ cpuShare: null, residentBytes: null, ownBytes: null });
  });

  it('says how late the event loop was: little at rest, much when something held it up', async () => {
    sampler = new ProcessSampler(() => []);
    // Real time: it is the loop itself that is measured.
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    await pause(400);
    sampler.sample();
    const atRest = sampler.eventLoopP99Ms ?? Number.NaN;
    await pause(50);
    const until = performance.now() + 300;
    while (performance.now() < until);
    await pause(50);
    sampler.sample();
    const heldUp = sampler.eventLoopP99Ms ?? Number.NaN;
    expect(heldUp).toBeGreaterThan(250);
    expect(atRest).toBeLessThan(heldUp);
  });
});
