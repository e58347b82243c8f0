import { metricValue, samplesOf } from './exposition.ts';

/** What the server says that it is set to, in words; null where it does not say. */
export interface ServerSettings {
  readonly version: string;
  readonly audioPackets: string;
  readonly mediaWorkers: string;
  readonly packetBudget: string;
  readonly expects: string;
}

/** Reads what of the server's settings decides what a class costs. `participants`: for how many the class was made. */
export function serverSettings(metrics: string, participants: number): ServerSettings | null {
  const set = samplesOf(metrics, 'lectern_settings')[0]?.labels;
  if (set === undefined) return null;
  const ptime = set['audio_ptime_ms'] ?? 'auto';
  const budget = set['packet_budget'] ?? 'auto';
  const together = metricValue(metrics, 'lectern_worker_budget_packets_per_second');
  return {
    version: samplesOf(metrics, 'lectern_info')[0]?.labels['version'] ?? 'unknown',
    audioPackets: ptime === 'auto' ? 'of 60 ms from 300 students on, else of 20' : `of ${ptime} ms in every class`,
    mediaWorkers: set['workers'] ?? 'unknown',
    packetBudget:
      (budget === 'auto' ? 'by its self-test' : `${budget} packets a second to each worker`) +
      (together === null ? '' : `, ${Math.round(together)} packets a second together`),
    expects: `${participants} people in this class, at most ${set['students_per_class'] ?? 'unknown'} in any`,
  };
}

/** The same as one line. */
export function settingsInOneLine(settings: ServerSettings | null): string {
  if (settings === null) return 'not told: see that its /metrics answers here, and that it is no older release';
  const { version, audioPackets, mediaWorkers, packetBudget, expects } = settings;
  return `Lectern ${version}; packets of sound ${audioPackets}; ${mediaWorkers} media workers; budget ${packetBudget}; expects ${expects}`;
}
