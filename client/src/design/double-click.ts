/** Longest time between the two clicks of a double click, as systems have it. */
export const DOUBLE_CLICK_MS = 500;

/** True for the second click of a double one: what the first has brought under the pointer must not take it. */
export function isSecondClick({ detail }: MouseEvent): boolean {
  return detail > 1;
}
