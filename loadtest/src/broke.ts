/** Where a run that raises the load ended. */
export interface Broke {
  /** Students who were in, or on their way. */
  readonly at: number;
  /** What broke, in words. */
  readonly by: string;
}

/** What a scenario noted as `broke`; null where nothing did, or it raises no load. */
export function brokeIn(notes: Readonly<Record<string, unknown>>): Broke | null {
  return (notes['broke'] as Broke | null | undefined) ?? null;
}
