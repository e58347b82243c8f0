import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Benchmark, Figure, Goal } from '@lectern/testbed';

const PAIRS = 5;
const RUN_LIMIT_MS = 60_000;
const PROGRAM = resolve(import.meta.dirname, '../../../server/lab/fanout/measure.ts');

const RATIO: Goal = { name: 'fan-out: CPU per packet against bare mediasoup', unit: 'times', goal: 1.05 };
const SOUND: Goal = { name: 'fan-out: worker CPU per packet of sound', unit: 'us', goal: null };
const PICTURE: Goal = { name: 'fan-out: worker CPU per packet of a picture', unit: 'us', goal: null };
const CONTROLLED: Goal = { name: 'fan-out: the same with congestion control', unit: 'us', goal: null };

type Room = 'lectern' | 'bare' | 'bare-defaults';
interface Run {
  readonly packets: number;
  readonly microsPerPacket: number;
}

/**
 * What a sent packet costs the worker under the server's media classes, and under a script of mediasoup alone: same binary, topology
 * and header extensions, in pairs that take turns at being first. And what transport-wide congestion control adds.
 */
export const fanout: Benchmark = {
  name: 'fanout',
  about: 'worker CPU per RTP packet sent to 60 receivers, against mediasoup alone',
  goals: [RATIO, SOUND, PICTURE, CONTROLLED],
  async run(log) {
    const ratios: number[] = [];
    const costs: number[] = [];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const { lectern, bare } = await measurePair(pair % 2 === 0 ? ['lectern', 'bare'] : ['bare', 'lectern']);
      ratios.push(lectern.microsPerPacket / bare.microsPerPacket);
      costs.push(lectern.microsPerPacket);
      log(
        `pair ${String(pair + 1)}: ${micros(lectern)} against ${micros(bare)} for ${String(lectern.packets)} packets`,
      );
    }
    const picture = await measure('bare', 'picture');
    const controlled = await measure('bare-defaults', 'picture');
    const more = (controlled.microsPerPacket / picture.microsPerPacket - 1) * 100;
    return [
      { ...RATIO, value: median(ratios), note: `median of ${String(PAIRS)} alternating pairs, ${spread(ratios, 2)}` },
      { ...SOUND, value: median(costs), note: `3 streams of 50/s to 60 receivers, ${spread(costs, 1)}` },
      { ...PICTURE, value: picture.microsPerPacket, note: '3 streams of 50/s with 1,000 bytes a packet' },
      {
        ...CONTROLLED,
        value: controlled.microsPerPacket,
        note: `${more.toFixed(0)} % more; reports ten times a second`,
      },
    ] satisfies Figure[];
  },
};

async function measurePair(
  order: readonly ['lectern' | 'bare', 'lectern' | 'bare'],
): Promise<Record<'lectern' | 'bare', Run>> {
  const runs = new Map<Room, Run>();
  for (const room of order) runs.set(room, await measure(room, 'sound'));
  const [lectern, bare] = [runs.get('lectern'), runs.get('bare')];
  if (lectern === undefined || bare === undefined) throw new Error('a pair is one run of each');
  return { lectern, bare };
}

async function measure(room: Room, stage: 'sound' | 'picture'): Promise<Run> {
  const run = promisify(execFile);
  const worker = process.env['MEDIASOUP_WORKER_BIN'];
  const which = worker === undefined ? [] : ['--worker', worker];
  const { stdout } = await run(process.execPath, [PROGRAM, '--room', room, '--stage', stage, ...which], {
    timeout: RUN_LIMIT_MS,
  });
  const { packets, microsPerPacket } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Run;
  if (!(packets > 0)) throw new Error(`no packet arrived (${room}, ${stage})`);
  return { packets, microsPerPacket };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function spread(values: readonly number[], digits: number): string {
  return `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
}

function micros({ microsPerPacket }: Run): string {
  return `${microsPerPacket.toFixed(2)} us`;
}
