import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import { toggleHand } from '../controls/hand.ts';
import type { StageDevices } from '../controls/stage-devices.svelte.ts';
import type { ClassView } from './class-view.svelte.ts';
import type { ShortcutAction } from './shortcuts.ts';

/** What each shortcut does for this person; `openTab` shows a part of what stands beside the stage. */
export function shortcutActions(
  session: ClassSession,
  view: ClassView,
  devices: StageDevices,
  openTab: (tab: 'chat' | 'people') => void,
): Record<ShortcutAction, () => void> {
  const isStudent = session.me.role === 'student';
  return {
    microphone: () => {
      if (session.onStage || !isStudent) void devices.toggleMicrophone();
    },
    camera: () => {
      if (session.onStage || !isStudent) void devices.toggleCamera();
    },
    hand: () => {
      if (isStudent && !session.onStage) void toggleHand(session);
    },
    chat: () => {
      openTab('chat');
    },
    people: () => {
      openTab('people');
    },
    'full-screen': () => {
      if (document.fullscreenElement) void document.exitFullscreen();
      else void document.documentElement.requestFullscreen().catch(() => undefined);
    },
    help: () => {
      view.dialog = 'shortcuts';
    },
  };
}
