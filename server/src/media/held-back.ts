import { SHEDDING_STEPS } from '@lectern/contracts';
import type { SheddingStep } from '@lectern/contracts';
import { NOTHING_HELD } from './consumer-control.ts';
import type { Hold } from './consumer-control.ts';
import type { ReceiveTransport, SeatConsumer } from './seat-media.ts';

/** What of one consumer a step keeps back: of sound only that of a screen, with its picture; never a voice. */
export function holdFor(step: SheddingStep, kept: SeatConsumer, receive: ReceiveTransport): Hold {
  const { source } = kept.of;
  if (source === 'microphone') return NOTHING_HELD;
  const reached = (other: SheddingStep) => SHEDDING_STEPS.indexOf(step) >= SHEDDING_STEPS.indexOf(other);
  if (source === 'screen-audio') return { paused: reached('screen') };
  if (source === 'screen') {
    return { paused: reached('screen'), ...(reached('frame-rate') ? { temporalLayer: 0 } : {}) };
  }
  return {
    paused: reached('camera') || (reached('thumbnails') && isThumbnail(kept, receive)),
    ...(reached('camera-layers') ? { spatialLayer: 0 } : {}),
    ...(reached('frame-rate') ? { temporalLayer: 0 } : {}),
  };
}

/** True when a step would keep back something that this person is sent while `now` holds. */
export function shedsMore(step: SheddingStep, now: SheddingStep, receive: ReceiveTransport): boolean {
  for (const kept of receive.consumers.values()) {
    const { control } = kept;
    if (!control.wanted || kept.consumer.producerPaused) continue;
    const [before, after] = [holdFor(now, kept, receive), holdFor(step, kept, receive)];
    if (after.paused && !before.paused) return true;
    if (before.paused || !control.layered) continue;
    if (after.temporalLayer !== before.temporalLayer) return true;
    if (after.spatialLayer !== before.spatialLayer && control.wantedLayer !== 0) return true;
  }
  return false;
}

/** A camera that its page shows small, beside a picture that it shows large. */
function isThumbnail(kept: SeatConsumer, receive: ReceiveTransport): boolean {
  return isSmall(kept) && [...receive.consumers.values()].some((other) => other !== kept && isLarge(other));
}

function isSmall({ of, control }: SeatConsumer): boolean {
  return of.source === 'camera' && control.layered && control.wantedLayer === 0;
}

function isLarge(kept: SeatConsumer): boolean {
  return kept.consumer.kind === 'video' && kept.control.wanted && !kept.consumer.producerPaused && !isSmall(kept);
}
