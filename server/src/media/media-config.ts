import type { FloodLimits } from '../config/limits.ts';

/** What the media part is started with. Addresses and ports as docs/configuration.md describes them. */
export interface MediaConfig {
  /** Address that the workers listen on. */
  readonly host: string;
  /** Address that browsers are told to send to; null: `host`. */
  readonly announcedAddress: string | null;
  /** One port for each worker from here on, UDP and TCP; 0 takes free ones. */
  readonly firstPort: number;
  /** Null: one for each core. */
  readonly workers: number | null;
  /** Null: the one that came with mediasoup. */
  readonly workerBinary: string | null;
  /** Packets per second that each worker may send; null: follows from what a packet costs here. */
  readonly packetBudget: number | null;
  readonly floodLimits: FloodLimits;
  readonly turn: { readonly urls: readonly string[]; readonly secret: string } | null;
}
