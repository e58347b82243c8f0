import type { Audience } from './audience.ts';
import type { ReceiveTransport, SeatMedia, SeatTransport } from './seat-media.ts';

interface Follower {
  /** The link is up, or the transport closed. */
  readonly onSettled: () => void;
  /** The transport went with its worker. */
  readonly onLost: () => void;
  /** It closes in a moment, from our side or the page's. Never rejects. */
  readonly onClosing: (kept: SeatTransport) => Promise<void>;
}

/** Keeps a seat's new transport until it closes, and follows what becomes of its link. */
export function keepTransport(
  seat: SeatMedia,
  opened: Omit<SeatTransport, 'close'>,
  audience: Audience,
  { onSettled, onLost, onClosing }: Follower,
): void {
  const { purpose, transport, router } = opened;
  const kept: SeatTransport = {
    ...opened,
    close: async () => {
      if (transport.closed) return;
      const asked = onClosing(kept);
      transport.close();
      await asked;
    },
  };
  const receive: ReceiveTransport | null =
    purpose === 'receive'
      ? { ...kept, capabilities: null, consumers: new Map(), awaitsNoMore: router.worker.load.awaitStage() }
      : null;
  seat.transports.set(purpose, kept);
  if (receive) seat.receive = receive;
  router.worker.load.addTransport();
  transport.on('icestatechange', () => {
    audience.noteHearing(seat);
  });
  // Over a new path the stream goes on in the middle of a picture: what was lost meanwhile is not sent again.
  transport.on('iceselectedtuplechange', () => {
    if (receive && transport.dtlsState === 'connected') audience.askKeyFrames(receive);
  });
  transport.on('dtlsstatechange', (state) => {
    audience.noteHearing(seat);
    if (state === 'connected') {
      router.worker.load.noteHandshake();
      onSettled();
    }
    // The page closed this link from its side, or it came to nothing.
    if (state === 'closed' || state === 'failed') void kept.close();
  });
  // We close seats before routers: a router that closes under a transport has lost its worker.
  transport.once('routerclose', onLost);
  transport.observer.once('close', () => {
    router.worker.load.removeTransport();
    receive?.awaitsNoMore();
    if (seat.transports.get(purpose) === kept) seat.transports.delete(purpose);
    if (receive && seat.receive === receive) seat.receive = null;
    audience.noteHearing(seat);
    onSettled();
  });
}
