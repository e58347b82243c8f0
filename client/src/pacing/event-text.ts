import type { ClassEvent } from '@lectern/contracts';
import { m } from '../paraglide/messages.js';

const EVENT_TEXTS = {
  started: m.pacing_event_started,
  ended: m.pacing_event_ended,
  'screen-share-started': m.pacing_event_screen_share_started,
  'screen-share-ended': m.pacing_event_screen_share_ended,
  'stage-joined': m.pacing_event_stage_joined,
  'stage-left': m.pacing_event_stage_left,
  'signal-on': m.pacing_event_signal_on,
  'signal-off': m.pacing_event_signal_off,
} as const satisfies Record<ClassEvent['kind'], () => string>;

/** An event of the class in words. */
export function eventText(kind: ClassEvent['kind']): string {
  return EVENT_TEXTS[kind]();
}
