import { ABSTAIN_REASONS, type AbstainReason } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import type { SentDatagram } from '../../classroom/datagram-outbox.ts';
import type { MeasuringState } from '../../classroom/own-measuring.svelte.ts';
import { m } from '../../paraglide/messages.js';
import { nothingSentWords, nowWords, ownReason, sentSentence } from './signal-words.ts';

interface Facts {
  readonly state?: MeasuringState;
  readonly cameraMuted?: boolean;
  readonly unclear?: AbstainReason | null;
  readonly contributes?: boolean;
  readonly onStage?: boolean;
}

function session(facts: Facts): ClassSession {
  const { state = 'measuring', cameraMuted = false, unclear = null, contributes = false, onStage = false } = facts;
  return {
    local: new Map(onStage ? [['camera', { muted: false }]] : []),
    measuring: { state, cameraMuted, unclear, pausedUntilMs: null, purposes: state === 'off' ? [] : ['remind'] },
    signal: { running: contributes },
  } as unknown as ClassSession;
}

const now = (facts: Facts): string => nowWords(session(facts));

describe('what the camera does now', () => {
  it('is that it gives no picture, and only for as long as that lasts', () => {
    expect(now({ cameraMuted: true })).toBe(m.class_privacy_now_no_picture());
    expect(now({})).toBe(m.class_privacy_now_device());
    expect(now({ contributes: true })).toBe(m.class_privacy_now_taking_part());
  });

  it('does not claim that nothing is sent while a camera without a picture is measured for the class', () => {
    expect(now({ cameraMuted: true, contributes: true })).toBe(
      `${m.class_privacy_now_no_picture()} ${m.class_privacy_now_no_picture_sent()}`,
    );
  });

  it('is why nothing can be told, what helps, and what is sent meanwhile', () => {
    expect(now({ unclear: 'too-dark', contributes: true })).toBe(
      'Right now this device cannot tell: too dark. A light in front of you helps. ' +
        'The message that leaves every five seconds says only that; the reason stays on this device.',
    );
    expect(now({ unclear: 'brief' })).toBe(
      'Right now this device cannot tell: looking down for a moment. ' +
        'What is measured stays on this device, and nothing is sent.',
    );
    expect(now({ unclear: 'too-dark', cameraMuted: true })).toBe(m.class_privacy_now_no_picture());
  });

  it('is first of all that the class sees it', () => {
    expect(now({ cameraMuted: true, onStage: true })).toBe(m.class_privacy_now_shown());
  });
});

describe('while nothing has left the device', () => {
  it('is said that it stays so, unless the first message is about to leave', () => {
    expect(nothingSentWords(session({ state: 'off' }))).toBe(m.class_leaves_nothing());
    expect(nothingSentWords(session({}))).toBe(m.class_leaves_nothing_measured());
    expect(nothingSentWords(session({ contributes: true }))).toBe(m.class_leaves_nothing_yet());
    expect(nothingSentWords(session({ contributes: true, state: 'paused' }))).toBe(m.class_leaves_nothing());
  });
});

describe('what was sent of a window that could not be told', () => {
  const at = new Date(0);
  const sent = ABSTAIN_REASONS.map((reason) => ({ at, outcome: { kind: 'abstain', reason } }) as SentDatagram);

  it('is the same sentence whatever the reason', () => {
    expect(new Set(sent.map((entry) => sentSentence(entry, 4000)))).toEqual(
      new Set([`${m.class_sent_seconds_ago({ seconds: 4 })} ${m.class_sent_no_number()}`]),
    );
  });

  it('leaves each reason to its owner to read, and none where there is a number', () => {
    expect(new Set(sent.map(ownReason)).size).toBe(ABSTAIN_REASONS.length);
    expect(ownReason(sent[0]!)).toBe(m.class_reason_own({ reason: m.class_reason_no_face_yet() }));
    expect(ownReason({ outcome: { kind: 'score', score: 0.5 } })).toBeNull();
  });
});
