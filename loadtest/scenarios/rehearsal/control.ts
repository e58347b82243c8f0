import { fail } from 'k6';
import http from 'k6/http';
import { reasonOf } from './http-answer.ts';
import { settings } from './settings.ts';

/** How far the class is; what is measured carries it as the tag `state`. `starting`: the teacher is to start the class that all wait for. `given-up`: the students' part failed. `over`: the instructor has gone. */
export type RunState = 'joining' | 'starting' | 'settled' | `step-${number}` | 'leaving' | 'given-up' | 'over';

/** One look at the server's side; what cannot be read is null. */
export interface ServerReading {
  readonly state: RunState;
  /** By part: cores used since the last look, and resident bytes. */
  readonly parts: Readonly<Record<string, { readonly cores: number; readonly bytes: number }>>;
  /** Whether /metrics answered; null while the server is away because it was killed on purpose. */
  readonly isTold: boolean | null;
  /** Since when the server has not answered, as HH:MM:SS, once that is long enough to end the run; else null. */
  readonly goneSince: string | null;
  /** Somebody else removed the class. */
  readonly wasRemoved: boolean;
  /** Of the last five seconds, and since the class came into its state. */
  readonly eventLoopP99Ms: number | null;
  readonly eventLoopP99OfStateMs: number | null;
  /** Classes in which something is left out. */
  readonly shedding: number | null;
  readonly doorWaiting: number | null;
}

/** What was read since the class came into its state; what cannot be read is null. */
export interface StateReading {
  readonly eventLoopP99OfStateMs: number | null;
  /** The most classes at a time in which something was left out. */
  readonly sheddingOfState: number | null;
}

/** What is done to a media worker on purpose: SIGKILL, or SIGSTOP. */
export type WorkerFault = 'worker-death' | 'worker-freeze';

const headers = { 'content-type': 'application/json' };
/** A server that was killed starts again within this. */
const timeout = '120s';

/** Null where the command did not answer. */
export function readServer(): ServerReading | null {
  const answer = http.get(`${settings.control}/server`);
  return answer.status === 200 ? (answer.json() as unknown as ServerReading) : null;
}

/** All null where the command did not answer. */
export function readState(): StateReading {
  const answer = http.get(`${settings.control}/state/course`);
  if (answer.status !== 200) return { eventLoopP99OfStateMs: null, sheddingOfState: null };
  return answer.json() as unknown as StateReading;
}

/** Kills the server, and resolves when it is ready again. */
export function killServer(): void {
  breakIt('server-death');
}

/** Does it to the media worker that has this UDP port, and says whom it serves. */
export function breakWorker(fault: WorkerFault, port: number, whose: 'listeners' | 'stage'): void {
  breakIt(`${fault}/${port}/${whose}`);
}

function breakIt(what: string): void {
  const answer = http.post(`${settings.control}/faults/${what}`, null, { timeout });
  if (answer.status !== 204) fail(`${what}: ${reasonOf(answer)}`);
}

/** Adds what no metric can hold to the report, in words. */
export function note(notes: Readonly<Record<string, unknown>>): void {
  http.post(`${settings.control}/notes`, JSON.stringify(notes), { headers });
}

/** Tells the command which class was made, and with null that it is removed: what is left, the command removes. */
export function tellClass(made: { readonly classId: string; readonly joinCode: string } | null): void {
  http.post(`${settings.control}/class/${made === null ? '' : `${made.classId}/${made.joinCode}`}`, null);
}

/** Tells the command that somebody else removed the class before. */
export function tellGone(): void {
  http.post(`${settings.control}/class/gone`, null);
}

/** Tells the command how many students are in. */
export function tellPresent(students: number): void {
  http.post(`${settings.control}/present/${students}`, null);
}

/** Tells everybody how far the class is. */
export function tell(state: RunState): void {
  http.post(`${settings.control}/state/${state}`, null);
}

/** As it was told last. */
export function currentState(): RunState {
  const answer = http.get(`${settings.control}/state`);
  return answer.status === 200 ? (answer.json() as unknown as RunState) : 'joining';
}
