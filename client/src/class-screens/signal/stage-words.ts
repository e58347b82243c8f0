import type { ShownOnStage } from '../../classroom/own-minutes.ts';
import { m } from '../../paraglide/messages.js';

/** What was on the stage, in words. */
export function shownWords(shown: ShownOnStage | null): string {
  if (shown === null) return m.class_minutes_stage_unknown();
  const { kind, name } = shown;
  switch (kind) {
    case 'screen':
      return name === null ? m.class_minutes_screen_student() : m.class_minutes_screen({ name });
    case 'camera':
      return name === null ? m.class_minutes_camera_student() : m.class_minutes_camera({ name });
    case 'nothing':
      return m.class_minutes_nothing();
  }
}
