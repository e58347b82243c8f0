/** SQLSTATE classes of what one statement or row can be to blame for: data, constraint, deadlock, what is not there or not allowed. */
const OWN_FAULT = /^(?:22|23|40|42|P0)/;

/** True where what was to be written together may be written without the part that failed; what else fails, fails all of it. */
export function isOwnFault(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && OWN_FAULT.test(code);
}
