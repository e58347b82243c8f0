import { join } from 'node:path';
import type { AudioPtimeMs } from '@lectern/contracts';

/** A load test as operators call it. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** Unless told otherwise. */
  readonly participants: number;
  /** How long everybody stays once they are in, unless told otherwise. */
  readonly minutes: number;
  /** How long all of it takes as it is set, in whole minutes. */
  readonly takesMinutes: number;
  /** Milliseconds of sound in each packet, which a server of its own is set to as well; left out: what the server asks for. */
  readonly ptimeMs?: AudioPtimeMs;
  /** Of the largest pictures of the teacher's camera, in kbit/s, unless told otherwise; left out: it shows none. */
  readonly cameraKbps?: number;
  /** Settings of a server of its own. */
  readonly server?: Readonly<Record<string, string>>;
  /** Whether the memory of the server and of its workers must stay flat once all are in; left out: it is told, not judged. */
  readonly memoryFlat?: boolean;
  /** By how many percent one student may become dearer from one load to the next; left out: the load is not raised. */
  readonly costRiseBelow?: number;
  /** How late (p99, ms) the generator may be to run its own tasks, where the goals are long: it only makes what is measured longer. */
  readonly lateMs?: number;
  /** Whether it kills or stops processes of the server, and so needs one of its own. */
  readonly hurtsServer?: boolean;
  /** Whether the server may hold nothing of the class afterwards. */
  readonly leavesNothing?: boolean;
}

/**
 * V8's young objects take 14 MB in place of 115 (docs/sizing.md). Those fill up and are collected once in some minutes, and a leak of old ones would hide
 * behind them for hours.
 */
const STEADY_HEAP = { NODE_OPTIONS: '--max-semi-space-size=8' };

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'smoke',
    about: 'does a load test run at all on this machine',
    participants: 40,
    minutes: 0.3,
    takesMinutes: 1,
    ptimeMs: 20,
  },
  {
    ...{ name: 'lecture-2000', participants: 2000, minutes: 10, takesMinutes: 12 },
    about: 'a full class hears the teacher’s voice, and contributes scores',
  },
  {
    ...{ name: 'lecture-2000-lively', participants: 2000, minutes: 5, takesMinutes: 7 },
    about:
      'a full and lively class: two thousand write ten lines of chat, raise ten hands and react 180 times a second',
  },
  {
    ...{ name: 'lecture-1000', participants: 1000, minutes: 5, takesMinutes: 6, ptimeMs: 20 },
    about: 'the teacher’s voice in fifty packets a second',
  },
  {
    ...{ name: 'lecture-500-video', participants: 500, minutes: 5, takesMinutes: 6, ptimeMs: 20, cameraKbps: 600 },
    about: 'the teacher’s voice in fifty packets a second, and the largest picture of a camera',
  },
  {
    // A hundredth of its goal. Beside the server on two cores a storm of handshakes takes both.
    ...{ name: 'join-storm', participants: 2000, minutes: 1, takesMinutes: 3, lateMs: 100 },
    about: 'one of twenty is inside, and all others come within two seconds',
  },
  {
    ...{ name: 'class-start', participants: 2000, minutes: 1, takesMinutes: 3, lateMs: 100 },
    about: 'a full class waits in front of closed doors, and the teacher starts it',
  },
  {
    ...{ name: 'class-start-inside', participants: 2000, minutes: 1, takesMinutes: 3, lateMs: 100 },
    about: 'the same with the doors open: all wait inside',
  },
  {
    name: 'worker-death',
    about: 'SIGKILL of a media worker in a full class, and of the stage’s',
    participants: 2000,
    minutes: 1,
    takesMinutes: 3,
    hurtsServer: true,
  },
  {
    ...{ name: 'worker-frozen', participants: 2000, minutes: 1, takesMinutes: 3, hurtsServer: true },
    about: 'SIGSTOP of a media worker in a full class, and of the stage’s: it lives and does nothing',
  },
  {
    ...{ name: 'server-death', participants: 2000, minutes: 1.5, takesMinutes: 5, hurtsServer: true },
    about: 'SIGKILL of the server in a full class',
  },
  {
    ...{ name: 'churn', participants: 500, minutes: 10, takesMinutes: 11, memoryFlat: true, leavesNothing: true },
    server: STEADY_HEAP,
    about: 'forty of five hundred come and forty go, each second',
  },
  {
    ...{ name: 'long-class', participants: 200, minutes: 18, takesMinutes: 19, memoryFlat: true, leavesNothing: true },
    server: STEADY_HEAP,
    about: 'a class of three hours at ten times its speed: people write, speak on the stage, go and come again',
  },
  {
    ...{ name: 'lossy', participants: 80, minutes: 2, takesMinutes: 3, cameraKbps: 600 },
    about: 'bad networks: 2 % and 10 % loss, a late one that is too narrow for the teacher’s camera',
  },
  {
    ...{ name: 'unruly', participants: 200, minutes: 3, takesMinutes: 3 },
    about: 'of twenty, one reads nothing, one floods the server, one changes the network all the time',
  },
  {
    ...{ name: 'breakdown', participants: 4000, minutes: 0.5, takesMinutes: 20, costRiseBelow: 20 },
    about: 'more and more people until it breaks: participants are the most to try, minutes those of one step',
  },
];

export function scenarioFile(name: string): string {
  return join(import.meta.dirname, '../scenarios', `${name}.ts`);
}
