import { createContext } from 'svelte';
import { deviceStorage } from '../../app/device-storage.ts';
import type { LocalDevices } from '../../classroom/devices.ts';
import { FullScreen } from '../stage/full-screen.svelte.ts';

export type Panel = 'chat' | 'people' | 'privacy' | 'staff';
export type StaffTab = 'pacing' | 'hands' | 'chat' | 'people';
export type ClassDialog =
  | 'shortcuts'
  | 'link'
  | 'join-link'
  | 'devices'
  | 'take-part'
  | 'remind'
  | 'minutes'
  | 'sample'
  | 'invitation'
  | 'end'
  | 'leave';

const SHORTCUTS_KEY = 'lectern.shortcuts';

/** What is open on the screen of one person: nothing of it leaves the page. */
export class ClassView {
  panel: Panel | null = $state(null);
  dialog: ClassDialog | null = $state(null);
  staffTab: StaffTab = $state('chat');
  /** Key of the tile that the reader made large. */
  pinned: string | null = $state(null);
  /** The reader put the people beside a shared screen away. */
  camerasAway = $state(false);
  readonly fullScreen = new FullScreen();
  /** The offer of slow mode was declined: for this class. */
  noSlowMode = $state(false);
  pacingForm: 'view' | 'strip' = $state('view');
  /** `silent` while a standing link brings nothing; `interrupted` until the link stands again; `blocked` where it never stood: the network may hold media back. */
  media: 'fine' | 'silent' | 'interrupted' | 'blocked' = $state('fine');
  /** The link for sound and picture stood at least once since joining. */
  everLinked = false;
  /** Device checks that show the own camera now; the lamp says so. */
  previews = $state(0);
  /** Counted beside the state: the end of an effect reads state as it was before what ended it. */
  #previews = 0;
  /** Devices that the instructor checked before the start: published when the class goes live. */
  ready: LocalDevices | null = $state.raw(null);
  /** WCAG 2.1.4: single-key shortcuts can be switched off; kept on this device. */
  shortcutsOn = $state(deviceStorage.getItem(SHORTCUTS_KEY) !== 'off');

  /** Counts one preview; the answer ends it. */
  beginPreview(): () => void {
    this.previews = ++this.#previews;
    return () => {
      this.previews = --this.#previews;
    };
  }

  toggle(panel: Panel): void {
    this.panel = this.panel === panel ? null : panel;
  }

  switchShortcuts(on: boolean): void {
    this.shortcutsOn = on;
    deviceStorage.setItem(SHORTCUTS_KEY, on ? 'on' : 'off');
  }
}

export const [classView, provideClassView] = createContext<ClassView>();
