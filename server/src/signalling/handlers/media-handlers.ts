import { LecternError, mayDo } from '@lectern/contracts';
import type { MediaSource, TransportOptions } from '@lectern/contracts';
import type { Participant } from '../participant.ts';
import type { HandlersOf } from './handler.ts';

/** Transports are opened for a purpose, and each purpose has an action of its own in the role table. */
function checkPurpose({ session, person }: Participant, purpose: 'receive' | 'stage' | 'signal'): void {
  const { state, stage, contributions } = session.live;
  if (purpose === 'receive') {
    if (state.status !== 'open') state.checkLive();
    return;
  }
  state.checkLive();
  const action = purpose === 'stage' ? 'publish media' : 'contribute to the signal';
  if (!mayDo(action, person.role, stage.isInvitedMember(person.seatId))) throw new LecternError('not-allowed');
  if (purpose === 'stage') return;
  if (!session.signals.offered()) throw new LecternError('signal-off');
  if (!contributions.isGranted(person.seatId)) throw new LecternError('permission-missing');
}

/** Opens a link. Throws where it may not be opened, or not any more once it is there. */
async function open(
  participant: Participant,
  purpose: 'receive' | 'stage' | 'signal',
  onSettled?: () => void,
): Promise<TransportOptions> {
  const { session, person } = participant;
  checkPurpose(participant, purpose);
  const options = await session.media.openTransport(person.seatId, person.role === 'student', purpose, onSettled);
  try {
    checkPurpose(participant, purpose);
  } catch (error) {
    session.media.closeLink(person.seatId, purpose);
    throw error;
  }
  return options;
}

/** Opens the signal's link when it has its turn. Throws where it may not be opened, or not any more by then. */
async function openSignal(participant: Participant): Promise<TransportOptions> {
  const { session, person, connection } = participant;
  session.media.checkBar(person.seatId, 'signal');
  const slot = await session.parts.signalLinks.turn(person.seatId);
  const release = () => {
    slot.release();
  };
  try {
    if (connection.closed || !session.seating.isCurrent(participant)) throw new LecternError('media-gone');
    return await open(participant, 'signal', release);
  } catch (error) {
    release();
    throw error;
  }
}

export const receiveHandlers: HandlersOf<
  | 'open-transport'
  | 'connect-transport'
  | 'restart-ice'
  | 'receive'
  | 'resume-consumers'
  | 'pause-consumers'
  | 'prefer-layers'
> = {
  'open-transport': async (participant, { purpose }) => {
    if (purpose !== 'signal') return open(participant, purpose);
    checkPurpose(participant, purpose);
    return openSignal(participant);
  },

  'connect-transport': async ({ session, person }, body) => {
    await session.media.connectTransport(person.seatId, body);
    return {};
  },

  'restart-ice': async ({ session, person }, { transportId }) => ({
    iceParameters: await session.media.restartIce(person.seatId, transportId),
  }),

  receive: async ({ session, person }, body) => {
    const consumers = await session.media.receive(person.seatId, body);
    if (consumers.length === 0) session.entrance.settled(person.seatId);
    return { consumers };
  },

  'resume-consumers': async ({ session, person }, { consumerIds }) => {
    await session.media.resumeConsumers(person.seatId, consumerIds);
    return {};
  },

  'pause-consumers': async ({ session, person }, { consumerIds }) => {
    await session.media.pauseConsumers(person.seatId, consumerIds);
    return {};
  },

  'prefer-layers': async ({ session, person }, body) => {
    await session.media.preferLayers(person.seatId, body);
    return {};
  },
};

/** Staff muted what was still being made. The page hears of it once it knows the producer. */
async function pauseNew({ session, person }: Participant, producerId: string): Promise<void> {
  await session.media.pauseProducer(person.seatId, producerId);
  setImmediate(() => {
    session.seating.send(person.seatId, { type: 'muted', producerId });
  });
}

/** Throws `over-capacity` where it is a sound that the workers cannot carry. */
function checkCapacityFor({ session, person }: Participant, source: MediaSource | undefined): void {
  if (source === 'microphone' || source === 'screen-audio') session.checkCapacityFor(person, source);
}

export const publishHandlers: HandlersOf<'produce' | 'pause-producer' | 'resume-producer' | 'close-producer'> = {
  produce: async (participant, body) => {
    const { session, person } = participant;
    const { state, stage } = session.live;
    state.checkLive();
    if (!body.paused) checkCapacityFor(participant, body.source);
    const claim = stage.claim(person, body.source, body.paused);
    try {
      const producerId = await session.media.produce(person.seatId, body);
      // The transport may have closed while the answer was on its way here.
      if (!session.media.isPublishing(person.seatId, producerId)) throw new LecternError('media-gone');
      claim.confirm(producerId);
      if (claim.paused && !body.paused) await pauseNew(participant, producerId);
      return { producerId };
    } catch (error) {
      claim.release();
      throw error;
    }
  },

  'pause-producer': async ({ session, person }, { producerId }) => {
    session.live.stage.setPaused(person.seatId, producerId, true);
    await session.media.pauseProducer(person.seatId, producerId);
    return {};
  },

  'resume-producer': async (participant, { producerId }) => {
    const { session, person } = participant;
    const { stage } = session.live;
    checkCapacityFor(participant, stage.sourceOf(person.seatId, producerId));
    stage.setPaused(person.seatId, producerId, false);
    await session.media.resumeProducer(person.seatId, producerId);
    return {};
  },

  'close-producer': ({ session, person }, { producerId }) => {
    session.media.closeProducer(person.seatId, producerId);
    return {};
  },
};
