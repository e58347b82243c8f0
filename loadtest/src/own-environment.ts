/** What an operator may have set and a server of the load test's own takes over: what it is made of, and what it may bear. */
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
];
/** Takes all other settings out of an environment: a load test writes into no store of the operator's, and answers on no address of theirs. */
export function keepOwn(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('LECTERN_') || TAKEN_OVER.includes(name)) continue;
    Reflect.deleteProperty(environment, name);
  }
}
