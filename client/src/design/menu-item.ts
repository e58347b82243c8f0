import type { Component } from 'svelte';

/** One action of a menu. */
export interface MenuItem {
  readonly label: string;
  /** A line below the label that may change while the menu is open. */
  readonly hint?: string;
  readonly icon?: Component<{ size?: number | string }>;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** A choice that is on: shown with a tick and read out. */
  readonly checked?: boolean;
  readonly onselect: () => void;
}
