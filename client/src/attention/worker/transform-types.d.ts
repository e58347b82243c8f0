/** Safari hands tracks to workers; the worker library of TypeScript knows the processor but not yet tracks. */
interface MediaStreamTrack extends EventTarget {
  readonly kind: string;
}

interface MediaStreamTrackProcessorInit {
  track: MediaStreamTrack;
}
