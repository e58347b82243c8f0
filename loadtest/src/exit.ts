/** How the command ends. `fault`: the command itself could not go on, as where a server of its own does not start, or the set-up fails. */
export const EXIT = { passed: 0, short: 1, usage: 2, doesNotCount: 3, fault: 4 } as const;
