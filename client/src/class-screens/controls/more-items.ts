import Activity from '@lucide/svelte/icons/activity';
import ArrowLeftFromLine from '@lucide/svelte/icons/arrow-left-from-line';
import GalleryVertical from '@lucide/svelte/icons/gallery-vertical';
import Gauge from '@lucide/svelte/icons/gauge';
import Keyboard from '@lucide/svelte/icons/keyboard';
import Leaf from '@lucide/svelte/icons/leaf';
import Link from '@lucide/svelte/icons/link';
import Lock from '@lucide/svelte/icons/lock';
import LogOut from '@lucide/svelte/icons/log-out';
import MicOff from '@lucide/svelte/icons/mic-off';
import Settings2 from '@lucide/svelte/icons/settings-2';
import Users from '@lucide/svelte/icons/users';
import { mayDo, type ClassAction } from '@lectern/contracts';
import { count } from '../../app/format.ts';
import type { ClassSession } from '../../classroom/class-session.svelte.ts';
import type { MenuItem } from '../../design/menu-item.ts';
import { m } from '../../paraglide/messages.js';
import { attempt } from '../session/attempt.ts';
import type { ClassView } from '../session/class-view.svelte.ts';

/** As docs/operations.md derives it: one voice in long or short packets with the class around it; or the screen's lowest layer and its sound. */
const LOW_BANDWIDTH_KBPS = { least: 50, most: 80, moving: 1200 } as const;

/** What stands under More, for this person now. Reads reactive state: call it where that is followed. */
export function moreItems(session: ClassSession, view: ClassView): MenuItem[] {
  const may = (action: ClassAction): boolean => mayDo(action, session.me.role, session.onStage);
  const isStudent = session.me.role === 'student';
  const { cohort, device } = session.institution.permitted;
  const isMeasured = session.signal.offered || session.reminders.offered;
  const items: (MenuItem | false)[] = [
    isStudent && {
      label: m.class_people(),
      icon: Users,
      onselect: () => {
        view.panel = 'people';
      },
    },
    isStudent &&
      session.onStage && {
        label: m.class_leave_stage(),
        icon: ArrowLeftFromLine,
        onselect: () => void attempt(() => session.leaveStage()),
      },
    session.stage.some(({ sources }) => sources.some(({ source }) => source === 'screen')) && {
      label: m.class_cameras(),
      icon: GalleryVertical,
      checked: !view.camerasAway,
      onselect: () => {
        view.camerasAway = !view.camerasAway;
      },
    },
    isStudent && {
      label: m.class_low_bandwidth(),
      hint: lowBandwidthHint(session.receivedKbps),
      icon: Leaf,
      checked: session.lowBandwidth,
      onselect: () => {
        session.setLowBandwidth(!session.lowBandwidth);
      },
    },
    !isStudent && dialogItem(view, 'join-link', m.class_join_link(), Link),
    may('mute others') && {
      label: m.class_mute_all(),
      icon: MicOff,
      onselect: () => void attempt(() => session.muteAll()),
    },
    may('lock the class') && {
      label: m.class_lock(),
      icon: Lock,
      checked: session.locked,
      onselect: () => void attempt(() => session.lock(!session.locked)),
    },
    may('switch the signal') &&
      (cohort || device) && {
        label: m.class_signal_switch(),
        icon: Gauge,
        checked: isMeasured,
        onselect: () => void attempt(() => session.switchSignal(!isMeasured)),
      },
    may('publish media') && dialogItem(view, 'devices', m.class_devices_title(), Settings2),
    dialogItem(view, 'link', m.class_link_title(), Activity),
    !isTouchOnly() && dialogItem(view, 'shortcuts', m.class_shortcuts(), Keyboard),
    may('end the class') && dialogItem(view, 'leave', m.class_leave_without_ending(), LogOut),
  ];
  return items.filter((item) => item !== false);
}

/** What low bandwidth takes, and what comes in now, whichever of the two is on. */
function lowBandwidthHint(receivedKbps: number | null): string {
  const takes = m.class_low_bandwidth_takes({
    least: count(LOW_BANDWIDTH_KBPS.least),
    most: count(LOW_BANDWIDTH_KBPS.most),
    moving: count(LOW_BANDWIDTH_KBPS.moving),
  });
  return receivedKbps === null
    ? takes
    : `${takes} ${m.class_low_bandwidth_now({ kbps: count(Math.round(receivedKbps)) })}`;
}

/** Where there is no keyboard to speak of. */
const isTouchOnly = (): boolean => matchMedia('(pointer: coarse) and (any-hover: none)').matches;

function dialogItem(
  view: ClassView,
  dialog: NonNullable<ClassView['dialog']>,
  label: string,
  icon: NonNullable<MenuItem['icon']>,
): MenuItem {
  return {
    label,
    icon,
    onselect: () => {
      view.dialog = dialog;
    },
  };
}
