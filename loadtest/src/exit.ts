/** How the command ends; another code than these is a fault of its own. */
export const EXIT = { passed: 0, short: 1, usage: 2, doesNotCount: 3 } as const;
