import type { ConsumerOffer, TransportOptions, WireRtpParameters } from '@lectern/contracts';

/** What the bare server does when it is told to. */
export interface BareCalls {
  /** `beside`: the transport whose router it shares; null: the next router. */
  open(of: { purpose: 'stage' | 'receive' | 'signal'; beside: string | null }): Promise<TransportOptions>;
  connect(of: { transportId: string; dtlsParameters: object }): Promise<void>;
  produce(of: { transportId: string; rtpParameters: WireRtpParameters }): Promise<void>;
  consume(of: { transportId: string }): Promise<ConsumerOffer[]>;
  resume(of: { consumerId: string }): Promise<void>;
  produceData(of: { transportId: string; streamId: number }): Promise<void>;
}

/** One of them on its way. */
export interface Asked {
  readonly id: number;
  readonly call: keyof BareCalls;
  readonly body: unknown;
}
