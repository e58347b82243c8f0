import type { AbstainReason } from '@lectern/contracts';
import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { timeOfDay } from '../../app/format.ts';
import { m } from '../../paraglide/messages.js';
import { getLocale } from '../../paraglide/runtime.js';
import type { ClassView } from '../session/class-view.svelte.ts';
import { lampWords, type LampWords } from '../session/lamp.ts';
import { formatMegabytes } from './megabytes.ts';
import { formatScore } from './sent-datagram.ts';

type Sent = ClassSession['signal']['sent'][number];

/** Why this device could not tell, in plain words. */
function reasonWords(reason: AbstainReason): string {
  const words: Record<AbstainReason, () => string> = {
    'no-face-yet': m.class_reason_no_face_yet,
    'too-few-frames': m.class_reason_too_few_frames,
    'too-dark': m.class_reason_too_dark,
    'face-too-small': m.class_reason_face_too_small,
    'several-faces': m.class_reason_several_faces,
    'page-hidden': m.class_reason_page_hidden,
    brief: m.class_reason_brief,
    'static-picture': m.class_reason_static_picture,
    'clock-unsure': m.class_reason_clock_unsure,
    'camera-ended': m.class_reason_camera_ended,
    'no-life-yet': m.class_reason_no_life_yet,
    'lost-aside': m.class_reason_lost_aside,
  };
  return words[reason]();
}

/** The plain sentence: "4 s ago: one number, 0.86". */
export function sentSentence(sent: Sent, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - sent.at.getTime()) / 1000));
  const when = seconds < 120 ? m.class_sent_seconds_ago({ seconds }) : m.class_sent_at({ time: timeOfDay(sent.at) });
  const what =
    sent.outcome.kind === 'score'
      ? m.class_sent_one_number({ score: formatScore(sent.outcome.score, getLocale()) })
      : m.class_sent_no_number();
  return `${when} ${what}`;
}

/** Why this device could not tell, for its owner's eyes: what was sent does not say it. Null where it could. */
export function ownReason({ outcome }: Pick<Sent, 'outcome'>): string | null {
  return outcome.kind === 'abstain' ? m.class_reason_own({ reason: reasonWords(outcome.reason) }) : null;
}

/** That nothing has left since the page was loaded, and whether anything is about to. Reads reactive state. */
export function nothingSentWords({ measuring, signal }: ClassSession): string {
  if (measuring.purposes.length === 0 || measuring.state === 'paused') return m.class_leaves_nothing();
  return signal.running ? m.class_leaves_nothing_yet() : m.class_leaves_nothing_measured();
}

/** How long a pause lasts, and what it means. */
function pauseWords(untilMs: number | null): string {
  const until = untilMs === null ? '' : m.class_pause_until({ time: timeOfDay(new Date(untilMs)) });
  return `${until} ${m.class_pause_text()}`;
}

/** Why nothing can be told while the camera gives no picture, and what is sent meanwhile. */
function noPictureWords(contributes: boolean): string {
  return contributes
    ? `${m.class_privacy_now_no_picture()} ${m.class_privacy_now_no_picture_sent()}`
    : m.class_privacy_now_no_picture();
}

/** What its owner can do about it; nothing where there is nothing, or nothing that would make sense in a class. */
const REMEDIES: Partial<Record<AbstainReason, () => string>> = {
  'no-face-yet': m.class_remedy_no_face_yet,
  'too-few-frames': m.class_remedy_too_few_frames,
  'too-dark': m.class_remedy_too_dark,
  'face-too-small': m.class_remedy_face_too_small,
  'several-faces': m.class_remedy_several_faces,
  'static-picture': m.class_remedy_static_picture,
};

/** Why nothing can be told right now, what helps, and what is sent meanwhile. */
function unclearWords(reason: AbstainReason, contributes: boolean): string {
  return [
    m.class_privacy_now_unclear({ reason: reasonWords(reason) }),
    REMEDIES[reason]?.(),
    contributes ? m.class_privacy_now_unclear_sent() : m.class_privacy_now_unclear_kept(),
  ]
    .filter((sentence) => sentence !== undefined)
    .join(' ');
}

/** What the camera does now, in plain words. Reads reactive state. */
export function nowWords({ local, measuring, signal }: ClassSession): string {
  if (local.get('camera')?.muted === false) return m.class_privacy_now_shown();
  switch (measuring.state) {
    case 'measuring':
      if (measuring.cameraMuted) return noPictureWords(signal.running);
      if (measuring.unclear !== null) return unclearWords(measuring.unclear, signal.running);
      return signal.running ? m.class_privacy_now_taking_part() : m.class_privacy_now_device();
    case 'starting':
    case 'downloading':
      return signal.running ? m.class_privacy_now_starting() : m.class_privacy_now_device();
    case 'paused':
      return pauseWords(measuring.pausedUntilMs);
    case 'off':
    case 'unavailable':
      return m.class_privacy_now_off();
  }
}

/** What the lamp of this student says now. Reads reactive state. */
export function lampNow(session: ClassSession, view: ClassView): LampWords {
  return lampWords({
    measuring: session.measuring.state,
    contributes: session.signal.running,
    cameraMuted: session.measuring.cameraMuted,
    unclear: session.measuring.unclear !== null,
    cameraPublished: session.local.get('camera')?.muted === false,
    cameraPreviewed: view.previews > 0,
  });
}

/** The lamp's words, with how far the download is. */
export function lampText(words: LampWords, download: ClassSession['measuring']['download']): string {
  if (words === 'downloading' && download !== null)
    return m.class_lamp_downloading_of({
      received: formatMegabytes(download.receivedBytes, getLocale()),
      total: formatMegabytes(download.totalBytes, getLocale()),
    });
  const texts: Record<LampWords, () => string> = {
    'camera-off': m.class_lamp_camera_off,
    'device-only': m.class_lamp_device_only,
    downloading: m.class_lamp_downloading,
    'taking-part': m.class_lamp_taking_part,
    'no-picture': m.class_lamp_no_picture,
    unclear: m.class_lamp_unclear,
    paused: m.class_lamp_paused,
    'shown-to-class': m.class_lamp_shown_to_class,
    unavailable: m.class_lamp_unavailable,
  };
  return texts[words]();
}

/** Why this device cannot take part now, and the way on. Takes the codes of the measuring and the camera. */
export function unavailableWords(reason: string | null): string {
  switch (reason) {
    case 'asset-missing':
    case 'manifest-unreadable':
      return m.class_unavailable_server();
    case 'download-failed':
      return m.class_unavailable_download();
    case 'hash-refused':
      return m.class_unavailable_refused();
    case 'camera-ended':
      return m.class_unavailable_camera();
    case 'too-slow':
      return m.class_unavailable_slow();
    case 'too-slow-on-battery':
      return m.class_unavailable_battery();
    case 'worker-crashed':
      return m.class_unavailable_crashed();
    case 'browser-too-old':
      return m.class_unavailable_browser();
    case 'webassembly-off':
      return m.class_unavailable_wasm();
    case 'graphics-off':
      return m.class_unavailable_graphics();
    default:
      return m.class_unavailable_device();
  }
}
