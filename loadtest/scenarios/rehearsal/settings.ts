import type { Options } from 'k6/options';

/** What `npm run loadtest` hands to a scenario. */
export const settings = {
  origin: given('LOADTEST_ORIGIN'),
  token: given('LOADTEST_TOKEN'),
  /** Where the command answers what the server's side does, and kills parts of a server of its own. */
  control: given('LOADTEST_CONTROL'),
  /** Whether that is a server of the load test's own, which ends with it. */
  ownServer: given('LOADTEST_OWN_SERVER') === 'true',
  participants: Number(given('LOADTEST_PARTICIPANTS')),
  minutes: Number(given('LOADTEST_MINUTES')),
  /** Share of the students who send scores, in 0..1; of those who flood with scores all do. */
  contribute: Number(given('LOADTEST_CONTRIBUTE')),
  /** Milliseconds of sound in a packet; 0: what the server asks for. */
  ptimeMs: Number(given('LOADTEST_PTIME_MS')),
  /** Of the largest pictures of the instructor's camera, in kbit/s; 0: none. */
  cameraKbps: Number(given('LOADTEST_CAMERA_KBPS')),
} as const;

/** `aggregate<number` by metric, as k6 has it. */
export type Thresholds = NonNullable<Options['thresholds']>;

function given(name: string): string {
  const value = __ENV[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: start with npm run loadtest`);
  return value;
}
