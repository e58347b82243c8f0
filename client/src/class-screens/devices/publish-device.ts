import { LecternError, type MediaSource } from '@lectern/contracts';
import { errorText } from '../../app/error-text.ts';
import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import type { DeviceKind, LocalDevices } from '../../classroom/devices.ts';
import { toasts } from '../../design/toasts.svelte.ts';
import { m } from '../../paraglide/messages.js';

type Publishing = Pick<ClassSession, 'publish'>;

/** Publishes what was opened, each device on its own: one that fails does not cost the other. Never rejects. */
export async function publishDevices(session: Publishing, devices: LocalDevices): Promise<void> {
  for (const kind of ['microphone', 'camera'] as const) {
    const track = devices[kind];
    if (track !== undefined) await publishDevice(session, kind, track);
  }
}

/**
 * Publishes one device and tells the person when it is lost; a microphone that cannot be open now, muted. What cannot be
 * published is stopped, and a toast says why. Never rejects.
 */
export async function publishDevice(
  session: Publishing,
  kind: DeviceKind,
  track: MediaStreamTrack,
  muted = false,
): Promise<void> {
  try {
    await session.publish(kind, track, muted).catch(async (error: unknown) => {
      if (kind !== 'microphone' || muted || !isWithoutPlace(error)) throw error;
      await session.publish(kind, track, true);
      toasts.show(stageErrorText(kind, error));
    });
  } catch (error) {
    track.stop();
    toasts.show(stageErrorText(kind, error), 'error');
    return;
  }
  const lost = () => {
    toasts.show(kind === 'camera' ? m.class_camera_lost() : m.class_microphone_lost(), 'error');
  };
  if (track.readyState === 'ended') lost();
  else track.addEventListener('ended', lost);
}

/** What went wrong with something of one's own on the stage: a full one in words that whoever stands on it can act on. */
export function stageErrorText(source: MediaSource, error: unknown): string {
  if (!isStageFull(error)) return errorText(error);
  return source === 'microphone' ? m.class_full_microphones() : m.class_full_videos();
}

function isWithoutPlace(error: unknown): boolean {
  return isStageFull(error) || (error instanceof LecternError && error.code === 'over-capacity');
}

function isStageFull(error: unknown): boolean {
  return error instanceof LecternError && error.code === 'stage-full';
}
