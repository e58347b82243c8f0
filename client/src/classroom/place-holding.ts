import type { Seat } from '@lectern/contracts';

/** As long as another page of this browser may take to answer, in milliseconds; then nobody is there. */
export const ANSWER_MS = 200;

/** Held by every page in which somebody teaches. */
export const TEACHING = 'lectern.teaching';

/** Held by the page that is in class on this seat. */
export function seatPlace({ classId, seatId }: Pick<Seat, 'classId' | 'seatId'>): string {
  return `lectern.class.${classId}.${seatId}`;
}

/**
 * Answers other pages of this browser that ask whether somebody has this place here, until the answer is called. Nothing
 * but the question and the answer passes between them.
 */
export function holdPlace(place: string): () => void {
  const channel = channelOf(place);
  if (channel === null) return () => undefined;
  channel.onmessage = ({ data }) => {
    if (data === 'anybody?') channel.postMessage('here');
  };
  return () => {
    channel.close();
  };
}

/** True when another page of this browser holds the place. Never rejects. */
export function isHeldElsewhere(place: string): Promise<boolean> {
  const channel = channelOf(place);
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

function channelOf(place: string): BroadcastChannel | null {
  try {
    return new BroadcastChannel(place);
  } catch {
    // There are none, or they are switched off with what sites may keep.
    return null;
  }
}
