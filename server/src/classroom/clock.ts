/** Where time comes from: `wallMs` (Unix time) for what is stored and shown, `monotonicMs` for what is measured. */
export interface Clock {
  wallMs(): number;
  monotonicMs(): number;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
