import type { ClassStatus, SeatId } from '@lectern/contracts';
import type { LampWords } from './lamp.ts';

/** What the live region watches. Counts and chat lines are left out on purpose: they would talk over the teacher. */
export interface Surroundings {
  readonly connection: 'connecting' | 'connected' | 'reconnecting' | 'ended';
  readonly status: ClassStatus;
  /** Of staff: they publish, also while a restarted server has not taken it up again. */
  readonly onStage: boolean;
  readonly invited: boolean;
  readonly handPlace: number | null;
  readonly microphone: 'on' | 'muted' | 'none';
  /** Who shares a screen now, by name; the reader's own is left out. */
  readonly screens: readonly string[];
  /** Raised hands in order; null for students. */
  readonly hands: readonly { readonly seatId: SeatId; readonly name: string }[] | null;
  /** The browser plays no sound before a click. */
  readonly soundRefused: boolean;
  /** Whether sound and picture come through; `unsupported` when this browser cannot show them. */
  readonly media: 'fine' | 'silent' | 'interrupted' | 'blocked' | 'unsupported';
  /** What the class gives up and why, in words for staff; null while it is nothing. */
  readonly reduced: string | null;
  /** Staff are asked whether the chat shall be slow. */
  readonly slowModeOffered: boolean;
  /** What the lamp says; null for staff, who have none. */
  readonly lamp: LampWords | null;
}

export type Announcement =
  | { readonly kind: 'reconnecting' | 'reconnected' | 'live' | 'on-stage' | 'off-stage' | 'invited' | 'hand-lowered' }
  | { readonly kind: 'hand-place'; readonly place: number }
  | { readonly kind: 'microphone-on' | 'microphone-muted' }
  | { readonly kind: 'screen-started' | 'screen-ended'; readonly name: string }
  | { readonly kind: 'hand-raised'; readonly name: string; readonly others: number }
  | {
      readonly kind:
        'sound-refused' | 'media-back' | 'media-silent' | 'media-interrupted' | 'media-blocked' | 'unsupported';
    }
  | { readonly kind: 'reduced'; readonly words: string | null }
  | { readonly kind: 'slow-mode-offered' }
  | { readonly kind: 'lamp'; readonly words: LampWords };

const MEDIA = {
  fine: 'media-back',
  silent: 'media-silent',
  interrupted: 'media-interrupted',
  blocked: 'media-blocked',
  unsupported: 'unsupported',
} as const satisfies Record<Surroundings['media'], Announcement['kind']>;

/** What changed from one moment to the next that a person who cannot see the screen must know, most important first. */
export function announcementsBetween(before: Surroundings, after: Surroundings): Announcement[] {
  const said: Announcement[] = [];
  if (after.connection !== before.connection) {
    if (after.connection === 'reconnecting') said.push({ kind: 'reconnecting' });
    if (after.connection === 'connected' && before.connection === 'reconnecting') said.push({ kind: 'reconnected' });
  }
  if (after.soundRefused && !before.soundRefused) said.push({ kind: 'sound-refused' });
  if (after.media !== before.media) said.push({ kind: MEDIA[after.media] });
  if (after.status === 'live' && before.status !== 'live') said.push({ kind: 'live' });
  if (after.invited && !before.invited) said.push({ kind: 'invited' });
  if (after.onStage && !before.onStage) said.push({ kind: 'on-stage' });
  // Staff who turn their devices off are no audience.
  if (!after.onStage && before.onStage && after.hands === null) said.push({ kind: 'off-stage' });
  if (before.microphone !== 'none' && after.microphone !== 'none' && after.microphone !== before.microphone)
    said.push({ kind: after.microphone === 'on' ? 'microphone-on' : 'microphone-muted' });
  if (after.reduced !== before.reduced) said.push({ kind: 'reduced', words: after.reduced });
  if (after.slowModeOffered && !before.slowModeOffered) said.push({ kind: 'slow-mode-offered' });
  if (after.lamp !== null && after.lamp !== before.lamp) said.push({ kind: 'lamp', words: after.lamp });
  said.push(...ownHand(before, after), ...screens(before, after), ...raisedHands(before, after));
  return said;
}

function ownHand(before: Surroundings, after: Surroundings): Announcement[] {
  if (before.handPlace === after.handPlace) return [];
  if (after.handPlace === null) return after.onStage ? [] : [{ kind: 'hand-lowered' }];
  // Moving up in a long queue is not worth interrupting for; being raised, or being next, is.
  if (before.handPlace === null || after.handPlace === 1) return [{ kind: 'hand-place', place: after.handPlace }];
  return [];
}

function screens(before: Surroundings, after: Surroundings): Announcement[] {
  const started = after.screens.filter((name) => !before.screens.includes(name));
  const ended = before.screens.filter((name) => !after.screens.includes(name));
  return [
    ...started.map((name): Announcement => ({ kind: 'screen-started', name })),
    ...ended.map((name): Announcement => ({ kind: 'screen-ended', name })),
  ];
}

function raisedHands(before: Surroundings, after: Surroundings): Announcement[] {
  if (before.hands === null || after.hands === null) return [];
  const known = new Set(before.hands.map(({ seatId }) => seatId));
  const raised = after.hands.filter(({ seatId }) => !known.has(seatId));
  const [first] = raised;
  return first === undefined ? [] : [{ kind: 'hand-raised', name: first.name, others: raised.length - 1 }];
}
