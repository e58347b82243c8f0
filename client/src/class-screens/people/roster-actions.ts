import { outranks, type Person, type RosterEntry } from '@lectern/contracts';

export type RosterAction = 'invite' | 'take-back' | 'lower-hand' | 'mute' | 'send-back' | 'link' | 'remove';

/**
 * What one member of staff may do about a person of the roster, in the order of the menu: what the server would refuse is not
 * offered, nor to mute whoever is not `heard`.
 */
export function rosterActions(entry: RosterEntry, me: Person, heard: boolean): RosterAction[] {
  if (entry.seatId === me.seatId) return [];
  const isStudent = entry.role === 'student';
  const offered: Record<RosterAction, boolean> = {
    invite: isStudent && entry.connected && !entry.onStage && !entry.invited,
    'take-back': entry.invited,
    'lower-hand': entry.handPlace !== null,
    mute: heard && outranks(me.role, entry.role),
    'send-back': entry.onStage && isStudent,
    link: entry.connected,
    remove: isStudent,
  };
  const order: readonly RosterAction[] = ['invite', 'take-back', 'lower-hand', 'mute', 'send-back', 'link', 'remove'];
  return order.filter((action) => offered[action]);
}
