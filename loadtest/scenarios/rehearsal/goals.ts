import type { Thresholds } from './settings.ts';

/** What holds in every class: everybody gets in, nobody is lost, no media link ends, and nobody is left who hears nothing. */
export const NOBODY_LOST: Thresholds = {
  lectern_join_failures: ['count<1'],
  lectern_disconnects: ['count<1'],
  lectern_links_ended: ['count<1'],
  'lectern_students_deaf{state:settled}': ['value<1'],
};

/** Sound arrives. `loss` is a share in 0..1. */
export function sound(loss: number, latenessP999Ms: number): Thresholds {
  return {
    lectern_audio_loss_share: [`value<${loss}`],
    lectern_audio_lateness_p999: [`value<${latenessP999Ms}`],
  };
}

/** Those who ought to contribute do, all the time. Of the scores that they owe, `share` in 0..1 may be missing. */
export function scores(share: number): Thresholds {
  return { lectern_scores_missing_share: [`value<${share}`] };
}

/** Pictures arrive, move, and are the largest that the camera sends: nine tenths of its bits at least. `share` in 0..1 may be lost, or stand still. */
export function pictures(share: number): Thresholds {
  return {
    lectern_video_loss_share: [`value<${share}`],
    lectern_video_stalled: [`value<${share}`],
    'lectern_students_without_picture{state:settled}': ['value<1'],
    'lectern_video_shortfall_share{state:settled}': ['avg<0.1'],
  };
}

/** From opening the WebSocket to the first packet of sound. */
export function join(p95Ms: number): Thresholds {
  return { 'lectern_join{phase:join}': [`p(95)<${p95Ms}`] };
}

/** What a quiet class of any size takes of the server, beside the media workers. */
export function quiet(): Thresholds {
  return beside(400, 0.25);
}

/** The same of one in which people write, raise hands and react all the time. */
export function lively(): Thresholds {
  return beside(2000, 0.5);
}

function beside(signallingBytesPerS: number, serverCores: number): Thresholds {
  return {
    'lectern_signalling_bytes_per_participant_s{state:settled}': [`avg<${signallingBytesPerS}`],
    'lectern_server_cpu{part:server,state:settled}': [`avg<${serverCores}`],
    'lectern_server_cpu{part:analytics,state:settled}': ['avg<0.1'],
    'lectern_server_event_loop_p99_of_state{state:settled}': ['value<50'],
    lectern_window_to_pacing_p95: ['value<1500'],
  };
}
