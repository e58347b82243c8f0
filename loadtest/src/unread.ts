import { parseSelector, select, type Point } from './points.ts';

const READ_METRICS =
  'see that /metrics of the server answers here, and set LECTERN_METRICS_TOKEN to what the server has';
const READ_PROC = 'the generator needs Linux with a readable /proc/net/udp';

/** What must have been read before a run says anything, in words, and the remedy. */
const NEEDED: readonly (readonly [selector: string, what: string, remedy: string])[] = [
  [
    'lectern_generator_send_lateness_p99',
    'how late the generator was to send',
    'the instructor sent nothing, and k6 says why above',
  ],
  ['lectern_generator_scheduling_p99', 'how late the generator was to run its own tasks', 'k6 says why above'],
  ['lectern_generator_receive_drops', "whether the generator's receive buffers dropped packets", READ_PROC],
  ['lectern_server_shedding', 'whether the server left something out of the class', READ_METRICS],
];
/** The server may miss a look now and then, as while it is busy. */
const MOST_SILENT_SHARE = 0.1;

/** What nobody could read of a run, and the remedy: such a run does not count. Empty where all was read. */
export function unreadIn(points: readonly Point[]): readonly string[] {
  const valuesOf = (selector: string) => select(points, parseSelector(selector)).map(({ value }) => value);
  const unread = NEEDED.filter(([selector]) => valuesOf(selector).length === 0);
  const looks = valuesOf('lectern_server_silent');
  const silentShare = looks.reduce((sum, silent) => sum + silent, 0) / looks.length;
  // Where nothing was read at all, that is said already.
  const isPartly = silentShare > MOST_SILENT_SHARE && silentShare < 1;
  return [
    ...unread.map(([, what, remedy]) => `${what} could not be read: ${remedy}`),
    ...(isPartly
      ? [
          `at ${(silentShare * 100).toFixed(0)} of 100 looks the server did not say whether it left something out: ${READ_METRICS}`,
        ]
      : []),
  ];
}
