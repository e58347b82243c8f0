/** What a person is in one class. An operator runs the platform; that role alone gives no entry to a class. */
export const CLASS_ROLES = ['instructor', 'assistant', 'student'] as const;
export type ClassRole = (typeof CLASS_ROLES)[number];

/**
 * Who may do what in a class: the one table. Every signalling message names its action here and is checked against it;
 * docs/roles.md is generated from it. `onStage` means: a student may do it while on the stage.
 */
export const CLASS_ACTIONS = {
  'join the class': ['instructor', 'assistant', 'student'],
  'receive media': ['instructor', 'assistant', 'student'],
  'publish media': ['instructor', 'assistant', 'onStage'],
  'contribute to the signal': ['student'],
  'raise a hand': ['student'],
  react: ['instructor', 'assistant', 'student'],
  'write in the chat': ['instructor', 'assistant', 'student'],
  'see the roster': ['instructor', 'assistant'],
  'see the data of a link': ['instructor', 'assistant'],
  'see the pacing view': ['instructor', 'assistant'],
  'lower a hand': ['instructor', 'assistant'],
  'invite to the stage': ['instructor', 'assistant'],
  'send back to the audience': ['instructor', 'assistant'],
  'mute others': ['instructor', 'assistant'],
  'remove from the class': ['instructor', 'assistant'],
  'delete a message': ['instructor', 'assistant'],
  'set the chat': ['instructor', 'assistant'],
  'lock the class': ['instructor', 'assistant'],
  'open the class': ['instructor'],
  'start the class': ['instructor'],
  'end the class': ['instructor'],
  'switch the signal': ['instructor'],
} as const satisfies Record<string, readonly (ClassRole | 'onStage')[]>;
export type ClassAction = keyof typeof CLASS_ACTIONS;

/** True when this role, on the stage or not, may do this. */
export function mayDo(action: ClassAction, role: ClassRole, onStage: boolean): boolean {
  const allowed: readonly (ClassRole | 'onStage')[] = CLASS_ACTIONS[action];
  return allowed.includes(role) || (onStage && allowed.includes('onStage'));
}

const RANK: Readonly<Record<ClassRole, number>> = { student: 0, assistant: 1, instructor: 2 };

/** Staff act on those below them, so that an assistant cannot put the instructor out. */
export function outranks(role: ClassRole, other: ClassRole): boolean {
  return RANK[role] > RANK[other];
}

/** What an account may do outside of a class. An account may hold several. */
export const ACCOUNT_ROLES = ['operator', 'instructor'] as const;
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

/** Outside of a class: the other half of the one table. `self` is the account itself, `member` an instructor of the course. */
export const ACCOUNT_ACTIONS = {
  'run the platform': ['operator'],
  'prepare for an update': ['operator'],
  'set the institution': ['operator'],
  'reset a password': ['operator'],
  'create a course': ['instructor'],
  'change a course': ['member'],
  'invite to a course': ['member'],
  'withdraw an invitation': ['member'],
  'remove from a course': ['member'],
  'plan a class': ['member'],
  'export or erase an account': ['self', 'operator'],
} as const satisfies Record<string, readonly (AccountRole | 'self' | 'member')[]>;
export type AccountAction = keyof typeof ACCOUNT_ACTIONS;
