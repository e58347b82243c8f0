/**
 * The share of a class that faces, from the share that is called facing and the known rates of error (Rogan and Gladen, 1978): the
 * called share is the true one mixed by both rates, and this undoes the mixing. Kept within 0..1; null when the calls tell nothing
 * (`sensitivity` + `specificity` of 1 or less).
 */
export function correctedShare(
  calledShare: number,
  rates: { readonly sensitivity: number; readonly specificity: number },
): number | null {
  const informed = rates.sensitivity + rates.specificity - 1;
  if (!(informed > 0)) return null;
  return Math.min(1, Math.max(0, (calledShare + rates.specificity - 1) / informed));
}
