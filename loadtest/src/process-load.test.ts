import { expect, it } from 'vitest';
import { PartMeter, totalsHere, totalsTold } from './process-load.ts';

const told = (server: number, worker0: number, worker1: number) =>
  totalsTold(`lectern_process_cpu_seconds_total{process="server"} ${server}
lectern_process_cpu_seconds_total{process="worker-0"} ${worker0}
lectern_process_cpu_seconds_total{process="worker-1"} ${worker1}
lectern_process_anonymous_bytes{process="server"} 1000
lectern_process_anonymous_bytes{process="worker-0"} 20
lectern_process_anonymous_bytes{process="worker-1"} 30
`);

it('is read from what a server elsewhere tells, its workers together', () => {
  const meter = new PartMeter();
  expect(meter.look(told(10, 5, 5), 0)).toEqual({});
  expect(meter.look(told(11, 5.5, 6), 2000)).toEqual({
    server: { cores: 0.5, bytes: 1000 },
    worker: { cores: 0.75, bytes: 50 },
  });
});

it('of a process that began anew is what it used since then', () => {
  const meter = new PartMeter();
  meter.look(told(10, 5, 5), 0);
  expect(meter.look(told(10, 0.5, 5), 1000)['worker']?.cores).toBe(0.5);
});

it('is read from the system where the server runs here', async () => {
  const [own] = await totalsHere(process.pid);
  expect(own).toMatchObject({ id: String(process.pid), part: 'server' });
  expect(own?.bytes).toBeGreaterThan(1e6);
});
