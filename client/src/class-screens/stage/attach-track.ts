import type { Attachment } from 'svelte/attachments';
import { playback } from './playback.svelte.ts';

/** Plays a track in a video or audio element for as long as the element is there. */
export function playTrack(track: MediaStreamTrack): Attachment<HTMLMediaElement> {
  return (element) => {
    element.srcObject = new MediaStream([track]);
    playback.start(element);
    return () => {
      playback.forget(element);
      element.srcObject = null;
    };
  };
}
