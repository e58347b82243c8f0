import type { Seat } from '@lectern/contracts';

type Place = Pick<Seat, 'classId' | 'seatId'>;

/** As long as another page of this browser may take to answer, in milliseconds; then nobody is there. */
export const ANSWER_MS = 200;

/**
 * Answers other pages of this browser that ask whether somebody sits on this seat here, until the answer is called. Nothing
 * but the question and the answer passes between them.
 */
export function holdSeat(seat: Place): () => void {
  const channel = channelOf(seat);
  if (channel === null) return () => undefined;
  channel.onmessage = ({ data }) => {
    if (data === 'anybody?') channel.postMessage('here');
  };
  return () => {
    channel.close();
  };
}

/** True when another page of this browser holds the seat. Never rejects. */
export function isHeldElsewhere(seat: Place): Promise<boolean> {
  const channel = channelOf(seat);
  if (channel === null) return Promise.resolve(false);
  return new Promise((resolve) => {
    const answer = (held: boolean): void => {
      clearTimeout(timer);
      channel.close();
      resolve(held);
    };
    const timer = setTimeout(() => {
      answer(false);
    }, ANSWER_MS);
    channel.onmessage = ({ data }) => {
      if (data === 'here') answer(true);
    };
    channel.postMessage('anybody?');
  });
}

function channelOf({ classId, seatId }: Place): BroadcastChannel | null {
  try {
    return new BroadcastChannel(`lectern.class.${classId}.${seatId}`);
  } catch {
    // There are none, or they are switched off with what sites may keep.
    return null;
  }
}
