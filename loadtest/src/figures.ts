import type { Figure } from '@lectern/testbed';
import { aggregate } from './aggregate.ts';
import { parseSelector, select, selectorText, type Point } from './points.ts';
import type { Thresholds } from './thresholds.ts';

/** One figure that is read from the samples wherever there are some. */
interface Known {
  readonly name: string;
  /** As k6 writes it, so that a threshold on the same samples is its goal. */
  readonly selector: string;
  readonly how: string;
  readonly unit: string;
  /** From the metric's unit to this one. */
  readonly scale?: number;
}

const MEGABYTE = 1 / 2 ** 20;
const PERCENT = 100;
const JOIN_PHASES: readonly (readonly [phase: string, what: string])[] = [
  ['seat', 'seat over HTTP'],
  ['open', 'WebSocket'],
  ['door', 'door, until the snapshot'],
  ['transport', 'transport and consumers'],
  ['ice', 'ICE'],
  ['dtls', 'DTLS'],
  ['media', 'first packet of sound after that'],
  ['join', 'WebSocket to first packet'],
  ['picture', 'WebSocket to first picture'],
];

const KNOWN: readonly Known[] = [
  { name: 'students present, most', selector: 'lectern_students_present', how: 'max', unit: 'students' },
  { name: 'students that contribute, most', selector: 'lectern_contributors', how: 'max', unit: 'students' },
  ...JOIN_PHASES.map(([phase, what]) => ({
    name: `join p95: ${what}`,
    ...{ selector: `lectern_join{phase:${phase}}`, how: 'p(95)', unit: 'ms' },
  })),
  ...(
    [
      ['seat', 'seats'],
      ['join', 'joins'],
      ['leave', 'goodbyes'],
      ['chat', 'lines of chat'],
      ['hand', 'hands'],
      ['reaction', 'reactions'],
    ] as const
  ).map(([kind, what]): Known => ({
    name: `planned ${what} that began too late or not at all`,
    ...{ selector: `lectern_load_not_offered_share{kind:${kind}}`, how: 'value', unit: '%', scale: PERCENT },
  })),
  { name: 'joins that failed', selector: 'lectern_join_failures', how: 'count', unit: 'joins' },
  {
    name: 'students who hear nothing, at the end',
    ...{ selector: 'lectern_students_deaf{state:settled}', how: 'value', unit: 'students' },
  },
  { name: 'connections that were lost', selector: 'lectern_disconnects', how: 'count', unit: 'connections' },
  { name: 'packets of sound', selector: 'lectern_audio_packets', how: 'count', unit: 'packets' },
  { name: 'sound lost', selector: 'lectern_audio_loss_share', how: 'value', unit: '%', scale: PERCENT },
  {
    name: 'sound repaired: packets that were asked for again and came',
    selector: 'lectern_audio_repaired_share',
    ...{ how: 'value', unit: '%', scale: PERCENT },
  },
  {
    name: 'sound lost, those undisturbed',
    selector: 'lectern_audio_loss_of{people:undisturbed}',
    how: 'value',
    unit: '%',
    scale: PERCENT,
  },
  ...(
    [
      ['storm', 'inside'],
      ['fault', 'undisturbed'],
    ] as const
  ).flatMap(([window, people]): Known[] => [
    {
      name: `sound lost, those ${people}, during the ${window} alone`,
      selector: `lectern_window_audio_loss_share{window:${window},people:${people}}`,
      ...{ how: 'value', unit: '%', scale: PERCENT },
    },
    {
      name: `lateness p99.9, those ${people}, during the ${window} alone`,
      selector: `lectern_window_audio_lateness_p999{window:${window},people:${people}}`,
      ...{ how: 'value', unit: 'ms' },
    },
    {
      name: `how long the ${window} took, until the last hears`,
      selector: `lectern_window_span{window:${window}}`,
      ...{ how: 'value', unit: 'ms' },
    },
  ]),
  { name: 'pictures lost', selector: 'lectern_video_loss_share', how: 'value', unit: '%', scale: PERCENT },
  { name: 'pictures stood still', selector: 'lectern_video_stalled', how: 'value', unit: '%', scale: PERCENT },
  {
    name: 'students who never saw a picture, at the end',
    ...{ selector: 'lectern_students_without_picture{state:settled}', how: 'value', unit: 'students' },
  },
  {
    name: 'pictures at the student in the middle, once all are in',
    ...{ selector: 'lectern_video_kbps{state:settled}', how: 'avg', unit: 'kbit/s' },
  },
  {
    name: 'what these lack of the largest that the camera sends',
    selector: 'lectern_video_shortfall_share{state:settled}',
    how: 'avg',
    unit: '%',
    scale: PERCENT,
  },
  {
    name: 'pictures repaired: packets that were asked for again and came',
    selector: 'lectern_video_repaired_share',
    ...{ how: 'value', unit: '%', scale: PERCENT },
  },
  { name: 'lateness p50 of all packets of sound', selector: 'lectern_audio_lateness_p50', how: 'value', unit: 'ms' },
  { name: 'lateness p95 of all packets of sound', selector: 'lectern_audio_lateness_p95', how: 'value', unit: 'ms' },
  { name: 'lateness p99.9 of all packets of sound', selector: 'lectern_audio_lateness_p999', how: 'value', unit: 'ms' },
  { name: 'lateness of the latest packet of sound', selector: 'lectern_audio_lateness_max', how: 'value', unit: 'ms' },
  {
    name: 'lateness p99.9 of all packets of pictures',
    selector: 'lectern_video_lateness_p999',
    how: 'value',
    unit: 'ms',
  },
  {
    name: 'worst participant: sound lost or late',
    selector: 'lectern_worst_lost_or_late_share',
    how: 'value',
    unit: '%',
    scale: PERCENT,
  },
  { name: 'worst participant: latest packet', selector: 'lectern_worst_lateness', how: 'value', unit: 'ms' },
  {
    name: 'end of a window to the pacing view p95',
    selector: 'lectern_window_to_pacing_p95',
    how: 'value',
    unit: 'ms',
  },
  { name: 'datagrams sent', selector: 'lectern_datagrams_sent', how: 'count', unit: 'datagrams' },
  { name: 'windows stored', selector: 'lectern_windows_stored', how: 'count', unit: 'windows' },
  {
    name: 'windows stored, of those that all students would give',
    selector: 'lectern_scores_stored_share',
    ...{ how: 'value', unit: '%', scale: PERCENT },
  },
  { name: 'windows not counted', selector: 'lectern_windows_not_counted', how: 'count', unit: 'windows' },
  { name: 'sound away from those disturbed p95', selector: 'lectern_media_outage_p95', how: 'value', unit: 'ms' },
  {
    name: 'everybody back after the server’s start',
    selector: 'lectern_everybody_back',
    how: 'value',
    unit: 'ms',
  },
  {
    name: 'everybody hears after the server’s start',
    selector: 'lectern_everybody_hears',
    how: 'value',
    unit: 'ms',
  },
  {
    name: 'people whose chat or hands were not as before',
    selector: 'lectern_chat_or_hands_changed',
    how: 'value',
    unit: 'people',
  },
  {
    name: 'acknowledged scores asked for again',
    selector: 'lectern_scores_asked_again',
    how: 'value',
    unit: 'scores',
  },
  {
    name: 'acknowledged scores that are lost',
    selector: 'lectern_acknowledged_scores_lost',
    how: 'value',
    unit: 'scores',
  },
  { name: 'signalling away p95', selector: 'lectern_reconnect_p95', how: 'value', unit: 'ms' },
  { name: 'chat, from sending to arrival p95', selector: 'lectern_chat_latency_p95', how: 'value', unit: 'ms' },
  { name: 'lines of chat sent', selector: 'lectern_chat_sent', how: 'count', unit: 'lines' },
  { name: 'hands raised', selector: 'lectern_hands_raised', how: 'count', unit: 'hands' },
  { name: 'students who went on the stage', selector: 'lectern_went_on_stage', how: 'count', unit: 'students' },
  { name: 'reactions sent', selector: 'lectern_reactions_sent', how: 'count', unit: 'reactions' },
  {
    name: 'snapshots for slow readers',
    selector: 'lectern_snapshots_for_slow_readers',
    how: 'count',
    unit: 'snapshots',
  },
  { name: 'network changes', selector: 'lectern_roamed', how: 'count', unit: 'changes' },
  {
    name: 'those who should have changed the network and did not',
    selector: 'lectern_roamers_who_stayed',
    how: 'count',
    unit: 'students',
  },
  { name: 'garbage sent', selector: 'lectern_garbage_sent', how: 'count', unit: 'pieces' },
  { name: 'refusals of the server', selector: 'lectern_refused', how: 'count', unit: 'refusals' },
  {
    name: 'signalling to each student once all are in',
    selector: 'lectern_signalling_bytes_per_participant_s{state:settled}',
    how: 'avg',
    unit: 'B/s',
  },
  ...(['server', 'worker', 'analytics'] as const).flatMap((part): Known[] => [
    {
      name: `${part}: CPU once all are in`,
      selector: `lectern_server_cpu{part:${part},state:settled}`,
      how: 'avg',
      unit: 'cores',
    },
    {
      name: `${part}: memory of its own`,
      selector: `lectern_server_memory{part:${part}}`,
      how: 'value',
      unit: 'MB',
      scale: MEGABYTE,
    },
  ]),
  {
    name: 'event loop p99 once all are in',
    selector: 'lectern_server_event_loop_p99_of_state{state:settled}',
    how: 'value',
    unit: 'ms',
  },
  {
    name: 'event loop p99 of five seconds once all are in, the worst',
    selector: 'lectern_server_event_loop_p99{state:settled}',
    how: 'max',
    unit: 'ms',
  },
  { name: 'door: waiting, most', selector: 'lectern_door_waiting', how: 'max', unit: 'students' },
  {
    name: 'generator: CPU once all are in',
    selector: 'lectern_generator_cpu{state:settled}',
    how: 'avg',
    unit: 'cores',
  },
  { name: 'generator: memory', selector: 'lectern_generator_memory', how: 'max', unit: 'MB', scale: MEGABYTE },
  { name: 'generator: late to send p99', selector: 'lectern_generator_send_lateness_p99', how: 'value', unit: 'ms' },
  {
    name: 'generator: late to send p99 of ten seconds, worst',
    selector: 'lectern_generator_send_lateness_p99_10s',
    ...{ how: 'max', unit: 'ms' },
  },
  {
    name: 'generator: late to run p99 of ten seconds, worst',
    selector: 'lectern_generator_scheduling_p99_10s',
    ...{ how: 'max', unit: 'ms' },
  },
  { name: 'generator: late to run p99', selector: 'lectern_generator_scheduling_p99', how: 'value', unit: 'ms' },
  {
    name: 'generator: packets its buffers dropped',
    selector: 'lectern_generator_receive_drops',
    how: 'value',
    unit: 'packets',
  },
];

/** What is told of each group that a scenario has, in its own tag. */
const OF_GROUPS: readonly Known[] = [
  { name: 'join p95: WebSocket to first packet', selector: 'lectern_join{phase:join}', how: 'p(95)', unit: 'ms' },
  { name: 'sound lost', selector: 'lectern_audio_loss_share', how: 'value', unit: '%', scale: PERCENT },
  { name: 'sound repaired', selector: 'lectern_audio_repaired_share', how: 'value', unit: '%', scale: PERCENT },
  { name: 'lateness p99.9 of all packets of sound', selector: 'lectern_audio_lateness_p999', how: 'value', unit: 'ms' },
  { name: 'sound away p95', selector: 'lectern_media_outage_p95', how: 'value', unit: 'ms' },
  { name: 'joins that failed', selector: 'lectern_join_failures', how: 'count', unit: 'joins' },
  { name: 'connections that were lost', selector: 'lectern_disconnects', how: 'count', unit: 'connections' },
  {
    name: 'students who hear nothing, at the end',
    ...{ selector: 'lectern_students_deaf{state:settled}', how: 'value', unit: 'students' },
  },
  { name: 'garbage taken before a cut p95', selector: 'lectern_cut_p95', how: 'value', unit: 'ms' },
];

function ofGroups(points: readonly Point[]): readonly Known[] {
  const groups = new Set(points.flatMap(({ tags }) => tags['group'] ?? []).filter((group) => group !== ''));
  return [...groups].flatMap((group) =>
    OF_GROUPS.map(({ name, selector, ...rest }) => {
      const { metric, tags } = parseSelector(selector);
      return { ...rest, name: `${group}: ${name}`, selector: selectorText({ metric, tags: { ...tags, group } }) };
    }),
  );
}

/** Every figure that there are samples of, and every goal, whether there are or not. */
export function figuresOf(points: readonly Point[], thresholds: Thresholds): readonly Figure[] {
  const goals = thresholds.map((goal) => ({ ...goal, selector: normalised(goal.selector) }));
  const figures: Figure[] = [];
  for (const known of [...KNOWN, ...ofGroups(points)]) {
    const at = goals.findIndex(({ selector, how }) => selector === normalised(known.selector) && how === known.how);
    const goal = at === -1 ? null : (goals.splice(at, 1)[0]?.below ?? null);
    const figure = figureOf(points, known, goal);
    if (figure.value !== null || goal !== null) figures.push(figure);
  }
  // A scenario may ask for what no other does.
  const more = goals.map(({ selector, how, below }) =>
    figureOf(points, { name: `${selector} ${how}`, selector, how, unit: '' }, below),
  );
  return [...figures, ...more];
}

function figureOf(
  points: readonly Point[],
  { name, selector, how, unit, scale = 1 }: Known,
  goal: number | null,
): Figure {
  const samples = select(points, parseSelector(selector)).map(({ value }) => value);
  const value = aggregate(how, samples);
  return {
    ...{ name, unit },
    value: value === null ? null : value * scale,
    goal: goal === null ? null : goal * scale,
    note: `${selector} ${how}`,
  };
}

/** Two ways of writing the same selector become one. */
function normalised(selector: string): string {
  return selectorText(parseSelector(selector));
}
