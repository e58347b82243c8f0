import { sleep } from 'k6';
import { Gauge } from 'k6/metrics';
import type { Heard, Watch } from 'k6/x/lectern';
import type { Thresholds } from './settings.ts';

const lossShare = new Gauge('lectern_window_audio_loss_share');
const latenessP999 = new Gauge('lectern_window_audio_lateness_p999', true);
const span = new Gauge('lectern_window_span', true);

const LOOK_EVERY_S = 0.1;

/** The stretch of a run in which something is broken or stormed: over the whole run what is lost in it would be diluted. */
export type Stretch = 'storm' | 'fault';

/** What those of whom a stretch should take nothing hear in it. Where there are none, or they heard nothing, the goal is missed. */
export function unharmed(stretch: Stretch, people: string): Thresholds {
  return {
    [`lectern_window_audio_loss_share{window:${stretch},people:${people}}`]: ['value<0.001'],
    [`lectern_window_audio_lateness_p999{window:${stretch},people:${people}}`]: ['value<200'],
  };
}

/** Tells how long the stretch was, and what these people heard in it; nothing where nobody of them did. */
export function tellStretch(
  stretch: Stretch,
  { people, heard, ms }: { people: string; heard: Heard; ms: number },
): void {
  span.add(ms, { window: stretch });
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
