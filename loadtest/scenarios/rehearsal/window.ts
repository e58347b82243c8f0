import { sleep } from 'k6';
import { Gauge } from 'k6/metrics';
import type { Heard, Watch } from 'k6/x/lectern';
import type { Thresholds } from './settings.ts';

const lossShare = new Gauge('lectern_window_audio_loss_share');
const latenessP999 = new Gauge('lectern_window_audio_lateness_p999', true);
const span = new Gauge('lectern_window_span', true);
const outageP95 = new Gauge('lectern_window_outage_p95', true);
const elsewhere = new Gauge('lectern_window_disturbed_elsewhere');
const stage = new Gauge('lectern_window_stage_away', true);

const LOOK_EVERY_S = 0.1;

/**
 * The stretch of a run in which it storms, floods come, or something is broken: over the whole run what is lost in it would be diluted. A media worker is one that
 * has listeners alone, or the one that has the stage, without which nobody hears anything.
 */
export type Stretch = 'storm' | 'floods' | 'listeners-worker' | 'stage-worker';

/** What those of whom a stretch should take nothing hear in it. Where there are none, or they heard nothing, the goal is missed. */
export function unharmed(stretch: Stretch, people: string): Thresholds {
  return {
    [`lectern_window_audio_loss_share{window:${stretch},people:${people}}`]: ['value<0.001'],
    [`lectern_window_audio_lateness_p999{window:${stretch},people:${people}}`]: ['value<200'],
  };
}

/** Sound is away from those disturbed for no longer than this, p95. Where nobody was disturbed the goal is missed. */
export function outage(stretch: Stretch, p95Ms: number): Thresholds {
  return { [`lectern_window_outage_p95{window:${stretch}}`]: [`value<${p95Ms}`] };
}

/** The teacher publishes again within this. Where the stage did not fall the goal is missed. */
export function stageAway(stretch: Stretch, ms: number): Thresholds {
  return { [`lectern_window_stage_away{window:${stretch}}`]: [`value<${ms}`] };
}

/** Nobody has to begin anew who was not on what fell. Where that was not counted the goal is missed. */
export function nobodyElse(stretch: Stretch): Thresholds {
  return { [`lectern_window_disturbed_elsewhere{window:${stretch}}`]: ['value<1'] };
}

/** Tells how many had to begin anew who were not on what fell. */
export function tellElsewhere(stretch: Stretch, people: number): void {
  elsewhere.add(people, { window: stretch });
}

/** Tells how long it took until the stage was there again, and the sound; of what was not away nothing. */
export function tellOutage(stretch: Stretch, watch: Watch): void {
  const [stageMs, soundMs] = [watch.stageAwayMs(), watch.outageP95Ms()];
  if (stageMs !== null) stage.add(stageMs, { window: stretch });
  if (soundMs !== null) outageP95.add(soundMs, { window: stretch });
}

/** Tells how long the stretch took until all heard again, where it is one that ends so, and what these people heard in it; nothing where nobody of them did. */
export function tellStretch(
  stretch: Stretch,
  { people, heard, ms }: { people: string; heard: Heard; ms?: number },
): void {
  if (ms !== undefined) span.add(ms, { window: stretch });
  if (heard.packets === 0) return;
  const tags = { window: stretch, people };
  lossShare.add(heard.lossShare, tags);
  latenessP999.add(heard.latenessP999Ms, tags);
}

/** Waits until everybody watched hears, or gives up; milliseconds since `sinceMs` (of Date.now()). */
export function untilAllHear(watch: Watch, sinceMs: number, giveUpAfterMs: number): number {
  while (watch.silent() > 0 && Date.now() - sinceMs < giveUpAfterMs) sleep(LOOK_EVERY_S);
  return Date.now() - sinceMs;
}
