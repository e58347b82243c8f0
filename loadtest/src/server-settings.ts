import { LONG_PACKETS_FROM_STUDENTS } from '@lectern/contracts';
import type { Asked } from './command-line.ts';
import { metricValue, samplesOf } from './exposition.ts';

/** What the server says that it is set to, in words; null where it does not say. */
export interface ServerSettings {
  readonly version: string;
  readonly audioPackets: string;
  readonly mediaWorkers: string;
  readonly packetBudget: string;
  readonly expects: string;
}

/** Reads what of the server's settings decides what a class costs. */
export function serverSettings(
  metrics: string,
  { scenario, participants }: Pick<Asked, 'scenario' | 'participants'>,
): ServerSettings | null {
  const set = samplesOf(metrics, 'lectern_settings')[0]?.labels;
  if (set === undefined) return null;
  const budget = set['packet_budget'] ?? 'auto';
  const together = metricValue(metrics, 'lectern_worker_budget_packets_per_second');
  return {
    version: samplesOf(metrics, 'lectern_info')[0]?.labels['version'] ?? 'unknown',
    audioPackets: packetsOfSound(set['audio_ptime_ms'] ?? 'auto', scenario.ptimeMs, participants),
    mediaWorkers: set['workers'] ?? 'unknown',
    packetBudget:
      (budget === 'auto' ? 'by its self-test' : `${budget} packets a second to each worker`) +
      (together === null ? '' : `, ${Math.round(together)} packets a second together`),
    expects: `${participants} people in this class, at most ${set['students_per_class'] ?? 'unknown'} in any`,
  };
}

/** `set` is what the server is set to, `played` what the scenario plays whatever that is. */
function packetsOfSound(set: string, played: number | undefined, participants: number): string {
  const asked = set === 'auto' ? (participants >= LONG_PACKETS_FROM_STUDENTS ? 60 : 20) : Number(set);
  const where =
    set === 'auto'
      ? `in a class of ${participants} (60 from ${LONG_PACKETS_FROM_STUDENTS} students on, else 20)`
      : 'in every class';
  const other = played === undefined || played === asked ? '' : `, but this scenario plays ${played} ms`;
  return `of ${asked} ms ${where}${other}`;
}

/** The same as one line. */
export function settingsInOneLine(settings: ServerSettings | null): string {
  if (settings === null) return 'not told: see that its /metrics answers here, and that it is no older release';
  const { version, audioPackets, mediaWorkers, packetBudget, expects } = settings;
  return `Lectern ${version}; packets of sound ${audioPackets}; ${mediaWorkers} media workers; budget ${packetBudget}; expects ${expects}`;
}
