/** What a single key does in class. Each has its row in the help dialog. */
export const SHORTCUTS = [
  { key: 'm', action: 'microphone' },
  { key: 'v', action: 'camera' },
  { key: 'h', action: 'hand' },
  { key: 'c', action: 'chat' },
  { key: 'p', action: 'people' },
  { key: 'f', action: 'full-screen' },
  { key: '?', action: 'help' },
] as const;
export type ShortcutAction = (typeof SHORTCUTS)[number]['action'];

/** The parts of a KeyboardEvent that decide; so that a test needs no browser. */
export interface Keystroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
  readonly isComposing: boolean;
  readonly defaultPrevented: boolean;
}

/** Where the keystroke went: its element and that element's ancestors, innermost first. */
export interface KeyTarget {
  readonly matches: (selector: string) => boolean;
  readonly closest: (selector: string) => unknown;
}

const TYPES_TEXT = 'input, textarea, select, [contenteditable=""], [contenteditable="true"]';
/** Menus and lists move by first letters; a modal dialog owns its keys; in a side panel somebody is about to write. */
const OWNS_LETTERS = '[role=menu], [role=listbox], dialog, .sheet';

/** The action of a keystroke; null in text fields, menus, dialogs and side panels, with a modifier, and while a key repeats. */
export function shortcutOf(stroke: Keystroke, target: KeyTarget | null): ShortcutAction | null {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey) return null;
  if (stroke.repeat || stroke.isComposing || stroke.defaultPrevented) return null;
  if (target !== null && (target.matches(TYPES_TEXT) || target.closest(OWNS_LETTERS) !== null)) return null;
  const key = stroke.key.toLowerCase();
  return SHORTCUTS.find((shortcut) => shortcut.key === key)?.action ?? null;
}
