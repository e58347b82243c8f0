import { describe, expect, it } from 'vitest';
import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import type { MeasuringState } from '../../classroom/own-measuring.svelte.ts';
import { m } from '../../paraglide/messages.js';
import { nowWords } from './signal-words.ts';

interface Facts {
  readonly state?: MeasuringState;
  readonly cameraMuted?: boolean;
  readonly contributes?: boolean;
  readonly onStage?: boolean;
}

function now({ state = 'measuring', cameraMuted = false, contributes = false, onStage = false }: Facts): string {
  return nowWords({
    local: new Map(onStage ? [['camera', { muted: false }]] : []),
    measuring: { state, cameraMuted, pausedUntilMs: null },
    signal: { running: contributes },
  } as unknown as ClassSession);
}

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

  it('is first of all that the class sees it', () => {
    expect(now({ cameraMuted: true, onStage: true })).toBe(m.class_privacy_now_shown());
  });
});
