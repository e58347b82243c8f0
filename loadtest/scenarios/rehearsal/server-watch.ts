import { sleep } from 'k6';
import exec from 'k6/execution';
import { Gauge, Trend } from 'k6/metrics';
import { readServer } from './control.ts';

const cores = new Trend('lectern_server_cpu');
const memory = new Gauge('lectern_server_memory');
const eventLoop = new Trend('lectern_server_event_loop_p99', true);
const eventLoopOfState = new Gauge('lectern_server_event_loop_p99_of_state', true);
const silent = new Trend('lectern_server_silent');
const shedding = new Trend('lectern_server_shedding');
const waiting = new Gauge('lectern_door_waiting');

const EVERY_S = 1;

/** Turns the server's side into metrics once a second until the instructor has gone; ends the whole run where the server or the class is gone. */
export function watchServer(): void {
  for (;;) {
    const reading = readServer();
    if (reading?.state === 'over') return;
    if (reading !== null) {
      const { state, goneSince, wasRemoved } = reading;
      if (wasRemoved) exec.test.abort('the class was ended on the server');
      if (goneSince !== null) exec.test.abort(`the server has not answered since ${goneSince}`);
      for (const [part, use] of Object.entries(reading.parts)) {
        cores.add(use.cores, { part, state });
        memory.add(use.bytes, { part, state });
      }
      if (reading.eventLoopP99Ms !== null) eventLoop.add(reading.eventLoopP99Ms, { state });
      if (reading.eventLoopP99OfStateMs !== null) eventLoopOfState.add(reading.eventLoopP99OfStateMs, { state });
      if (reading.isTold !== null) silent.add(Number(!reading.isTold));
      if (reading.shedding !== null) shedding.add(reading.shedding);
      if (reading.doorWaiting !== null) waiting.add(reading.doorWaiting);
    }
    sleep(EVERY_S);
  }
}
