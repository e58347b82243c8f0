import { PLANNED_LOADS } from './planned-loads.ts';

/** One figure that is read from the samples wherever there are some. */
export interface Known {
  readonly name: string;
  /** As k6 writes it, so that a threshold on the same samples is its goal. */
  readonly selector: string;
  /** How many values become one: see aggregate.ts. */
  readonly how: string;
  readonly unit: string;
  /** From the metric's unit to this one. */
  readonly scale?: number;
  /** What it means, where its name does not say it; the report shows it. */
  readonly explained?: string;
  /** Only the server can say: one that runs elsewhere may be too old to. */
  readonly toldByServer?: true;
}

const MEGABYTE = 1 / 2 ** 20;

const known = (how: string, unit: string, scale?: number) => (name: string, selector: string) => ({
  ...{ name, selector, how, unit },
  ...(scale === undefined ? {} : { scale }),
});
const milliseconds = known('value', 'ms');
const worstMilliseconds = known('max', 'ms');
const p95 = known('p(95)', 'ms');
const share = known('value', '%', 100);
const students = known('value', 'students');
const mostStudents = known('max', 'students');
const scores = known('value', 'scores');
const cores = known('avg', 'cores');
const counted = (unit: string) => known('count', unit);

const explained = (figure: Known, words: string): Known => ({ ...figure, explained: words });

const LINKS_ENDED = explained(
  counted('links')('media links that ended', 'lectern_links_ended'),
  'by the server, as for a flood, or since nothing came through any more',
);

const COMING: readonly Known[] = [
  mostStudents('students present, most', 'lectern_students_present'),
  mostStudents('students that contribute, most', 'lectern_contributors'),
  p95('join p95: seat over HTTP', 'lectern_join{phase:seat}'),
  p95('join p95: WebSocket', 'lectern_join{phase:open}'),
  p95('join p95: door, until the snapshot', 'lectern_join{phase:door}'),
  p95('join p95: transport and consumers', 'lectern_join{phase:transport}'),
  p95('join p95: ICE', 'lectern_join{phase:ice}'),
  p95('join p95: DTLS', 'lectern_join{phase:dtls}'),
  p95('join p95: first packet of sound after that', 'lectern_join{phase:media}'),
  p95('join p95: WebSocket to first packet', 'lectern_join{phase:join}'),
  p95('start p95: the teacher’s click to first packet, of those who waited', 'lectern_join{phase:start}'),
  worstMilliseconds('start: the last of those who waited hears after', 'lectern_join{phase:start}'),
  p95('join p95: WebSocket to first picture', 'lectern_join{phase:picture}'),
  counted('joins')('joins that failed', 'lectern_join_failures'),
  students('students who hear nothing, at the end', 'lectern_students_deaf{state:settled}'),
  counted('connections')('connections that were lost', 'lectern_disconnects'),
  LINKS_ENDED,
  mostStudents('door: waiting, most', 'lectern_door_waiting'),
];

const SOUND: readonly Known[] = [
  counted('packets')('packets of sound', 'lectern_audio_packets'),
  share('sound lost', 'lectern_audio_loss_share'),
  share('sound repaired: packets that were asked for again and came', 'lectern_audio_repaired_share'),
  share('sound lost, those undisturbed', 'lectern_audio_loss_of{people:undisturbed}'),
  milliseconds('lateness p50 of all packets of sound', 'lectern_audio_lateness_p50'),
  milliseconds('lateness p95 of all packets of sound', 'lectern_audio_lateness_p95'),
  milliseconds('lateness p99.9 of all packets of sound', 'lectern_audio_lateness_p999'),
  milliseconds('lateness of the latest packet of sound', 'lectern_audio_lateness_max'),
  share('worst participant: sound lost or late', 'lectern_worst_lost_or_late_share'),
  milliseconds('worst participant: latest packet', 'lectern_worst_lateness'),
];

const PICTURES: readonly Known[] = [
  share('pictures lost', 'lectern_video_loss_share'),
  share('pictures stood still', 'lectern_video_stalled'),
  students('students who never saw a picture, at the end', 'lectern_students_without_picture{state:settled}'),
  known('avg', 'kbit/s')('pictures at the student in the middle, once all are in', 'lectern_video_kbps{state:settled}'),
  known(
    'avg',
    '%',
    100,
  )('what these lack of the largest that the camera sends', 'lectern_video_shortfall_share{state:settled}'),
  share('pictures repaired: packets that were asked for again and came', 'lectern_video_repaired_share'),
  milliseconds('lateness p99.9 of all packets of pictures', 'lectern_video_lateness_p999'),
];

const FIRST_LOOK =
  'looked at 2 s after the fault, since before that everybody still seems to hear, and every 0.1 s from then on: some 2,000 ms mean that everybody heard at the first look';
/** A storm has no fault: it is over once its last has joined. */
const lastHears = (window: string, figure: Known): Known =>
  explained(
    figure,
    window === 'storm' ? 'from the first WebSocket of the storm until the last of it hears' : FIRST_LOOK,
  );

/** Stretches of a run, what they are called, and those of whom they should take nothing. */
const STRETCHES = [
  ['storm', 'the storm', 'inside', 'those inside'],
  ['floods', 'the floods', 'others', 'others'],
  ['listeners-worker', 'a worker of listeners falls', 'undisturbed', 'those undisturbed'],
  ['stage-worker', 'the stage’s worker falls', 'undisturbed', 'those undisturbed'],
] as const;

const FAULTS: readonly Known[] = [
  ...STRETCHES.flatMap(([window, what, people, whom]) => {
    const of = `{window:${window},people:${people}}`;
    return [
      share(`${what}: sound lost by ${whom}`, `lectern_window_audio_loss_share${of}`),
      milliseconds(`${what}: lateness p99.9 for ${whom}`, `lectern_window_audio_lateness_p999${of}`),
      students(`${what}: others who had to begin anew`, `lectern_window_disturbed_elsewhere{window:${window}}`),
      milliseconds(`${what}: the teacher publishes again after`, `lectern_window_stage_away{window:${window}}`),
      milliseconds(`${what}: sound away from those disturbed p95`, `lectern_window_outage_p95{window:${window}}`),
      lastHears(window, milliseconds(`${what}: the last hears after`, `lectern_window_span{window:${window}}`)),
    ];
  }),
  milliseconds('sound away from those disturbed p95', 'lectern_media_outage_p95'),
  milliseconds('signalling away p95', 'lectern_reconnect_p95'),
  milliseconds('everybody back after the server’s start', 'lectern_everybody_back'),
  explained(
    milliseconds('everybody hears after the server’s start', 'lectern_everybody_hears'),
    'from when it is ready again; looked at every 0.1 s',
  ),
  known('value', 'people')('people whose chat or hands were not as before', 'lectern_chat_or_hands_changed'),
  scores('acknowledged scores asked for again', 'lectern_scores_asked_again'),
  scores('acknowledged scores that are lost', 'lectern_acknowledged_scores_lost'),
];

const SIGNAL: readonly Known[] = [
  milliseconds('end of a window to the pacing view p95', 'lectern_window_to_pacing_p95'),
  counted('datagrams')('datagrams sent', 'lectern_datagrams_sent'),
  counted('windows')('windows stored', 'lectern_windows_stored'),
  share('scores missing, of those that contributors owe', 'lectern_scores_missing_share'),
  counted('windows')('windows not counted', 'lectern_windows_not_counted'),
];

const DOINGS: readonly Known[] = [
  milliseconds('chat, from sending to arrival p95', 'lectern_chat_latency_p95'),
  counted('lines')('lines of chat sent', 'lectern_chat_sent'),
  counted('hands')('hands raised', 'lectern_hands_raised'),
  counted('students')('students who went on the stage', 'lectern_went_on_stage'),
  counted('rounds')('rounds in which nobody came to speak', 'lectern_rounds_without_speaker'),
  counted('reactions')('reactions sent', 'lectern_reactions_sent'),
  counted('snapshots')('snapshots for slow readers', 'lectern_snapshots_for_slow_readers'),
  counted('changes')('network changes', 'lectern_roamed'),
  counted('students')('those who should have changed the network and did not', 'lectern_roamers_who_stayed'),
  counted('pieces')('floods: pieces sent', 'lectern_flood_sent'),
  counted('refusals')('refusals of the server', 'lectern_refused'),
];

const told = (figure: Known): Known => ({ ...figure, toldByServer: true });
const SERVER: readonly Known[] = [
  known('avg', 'B/s')(
    'signalling to each student once all are in',
    'lectern_signalling_bytes_per_participant_s{state:settled}',
  ),
  known('avg', 'B/s')(
    'signalling to each of those who harm themselves on purpose',
    'lectern_signalling_bytes_per_unruly_s{state:settled}',
  ),
  ...['server', 'worker', 'analytics'].flatMap((part) => [
    told(cores(`${part}: CPU once all are in`, `lectern_server_cpu{part:${part},state:settled}`)),
    told(known('value', 'MB', MEGABYTE)(`${part}: memory of its own`, `lectern_server_memory{part:${part}}`)),
  ]),
  told(milliseconds('event loop p99 once all are in', 'lectern_server_event_loop_p99_of_state{state:settled}')),
  told(
    worstMilliseconds(
      'event loop p99 of five seconds once all are in, the worst',
      'lectern_server_event_loop_p99{state:settled}',
    ),
  ),
];

const GENERATOR: readonly Known[] = [
  cores('generator: CPU once all are in', 'lectern_generator_cpu{state:settled}'),
  known('max', 'MB', MEGABYTE)('generator: memory', 'lectern_generator_memory'),
  milliseconds('generator: late to send p99, the latest source', 'lectern_generator_send_lateness_p99'),
  worstMilliseconds(
    'generator: late to send p99 of ten seconds, the latest source, worst',
    'lectern_generator_send_lateness_p99_10s',
  ),
  milliseconds('generator: late to run p99', 'lectern_generator_scheduling_p99'),
  worstMilliseconds('generator: late to run p99 of ten seconds, worst', 'lectern_generator_scheduling_p99_10s'),
  known('value', 'packets')('generator: packets its buffers dropped', 'lectern_generator_receive_drops'),
  ...PLANNED_LOADS.map(([kind, what]) =>
    share(
      `generator: planned ${what} that began too late or not at all`,
      `lectern_load_not_offered_share{kind:${kind}}`,
    ),
  ),
];

/** Of a scenario: see scenarios/rehearsal/lecture.ts. */
const PARTS: readonly Known[] = [
  ['instructor', 'the instructor’s part'],
  ['students', 'the students’ part'],
  ['server', 'the watch on the server'],
].map(([part, what]) => counted('times')(`scenario: ${what} broke off`, `lectern_broken_off{part:${part}}`));

/** In the order in which a report shows them. */
export const KNOWN: readonly Known[] = [
  ...COMING,
  ...SOUND,
  ...PICTURES,
  ...FAULTS,
  ...SIGNAL,
  ...DOINGS,
  ...SERVER,
  ...GENERATOR,
  ...PARTS,
];

/** What is told of each group that a scenario has, in its own tag. */
export const OF_GROUPS: readonly Known[] = [
  p95('join p95: WebSocket to first packet', 'lectern_join{phase:join}'),
  share('sound lost', 'lectern_audio_loss_share'),
  share('sound repaired', 'lectern_audio_repaired_share'),
  share('worst participant: sound lost or late', 'lectern_worst_lost_or_late_share'),
  milliseconds('lateness p99.9 of all packets of sound', 'lectern_audio_lateness_p999'),
  milliseconds('sound away p95', 'lectern_media_outage_p95'),
  counted('joins')('joins that failed', 'lectern_join_failures'),
  counted('connections')('connections that were lost', 'lectern_disconnects'),
  LINKS_ENDED,
  students('students who hear nothing, at the end', 'lectern_students_deaf{state:settled}'),
  counted('pieces')('pieces sent', 'lectern_flood_sent'),
  milliseconds('time to the cut p95, of those who were cut', 'lectern_cut_p95'),
  counted('students')('never cut', 'lectern_floods_not_cut'),
];
