/**
 * What an operator may have set and a server of the load test's own takes over: what it is made of, what it may bear, and every limit that a class meets.
 * Those by address are not among them: a generator has one, and a class many.
 */
const TAKEN_OVER = [
  'LECTERN_CLIENT_DIR',
  'LECTERN_ATTENTION_DIR',
  'LECTERN_LOG_LEVEL',
  'LECTERN_WORKERS',
  'LECTERN_PACKET_BUDGET',
  'LECTERN_ADMISSIONS_AT_ONCE',
  'LECTERN_MAX_PEOPLE_PER_CLASS',
  'LECTERN_AUDIO_PTIME_MS',
  'LECTERN_STAGE_VIDEOS',
  'LECTERN_STAGE_MICROPHONES',
  'LECTERN_MINIMUM_COHORT',
  'LECTERN_ADMISSION_HOLD_MS',
  'LECTERN_HANDSHAKES_AT_ONCE',
  'LECTERN_HANDSHAKES_WAITING',
  'LECTERN_HANDSHAKE_MS',
  'LECTERN_CONNECTIONS_PER_SEAT',
  'LECTERN_MESSAGES_PER_SEAT',
  'LECTERN_REFUSALS_PER_SEAT',
  'LECTERN_COSTLY_MESSAGES_PERCENT',
  'LECTERN_TRANSPORTS_PER_SEAT',
  'LECTERN_PRODUCERS_PER_SEAT',
  'LECTERN_CHAT_LINES_PER_CLASS',
  'LECTERN_BYTES_PER_CONNECTION',
  'LECTERN_UNREAD_BYTES_PER_CONNECTION',
  'LECTERN_UNREAD_MS',
  'LECTERN_STAGE_BYTES_PER_SECOND',
  'LECTERN_AUDIENCE_BYTES_PER_SECOND',
  'LECTERN_AUDIO_PACKETS_PER_SECOND',
  'LECTERN_VIDEO_PACKETS_PER_SECOND',
  'LECTERN_DATAGRAMS_PER_SECOND',
  'LECTERN_FLOOD_BAR_MS',
  'LECTERN_EARLY_MESSAGES',
  'LECTERN_EARLY_BYTES',
];

/** Takes all other settings out of an environment: a load test writes into no store of the operator's, and answers on no address of theirs. */
export function keepOwn(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('LECTERN_') || TAKEN_OVER.includes(name)) continue;
    Reflect.deleteProperty(environment, name);
  }
}
