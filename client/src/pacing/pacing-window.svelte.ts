import type { PacingProps } from './pacing-props.ts';

/** Messages between the classroom and its pacing window, both pages of the same person in the same browser. */
type Message =
  | { readonly kind: 'hello' }
  | { readonly kind: 'state'; readonly props: PacingProps }
  /** The class has ended, or its page was left: nothing follows. */
  | { readonly kind: 'closed' };

const channelName = (classId: string): string => `lectern.pacing.${classId}`;
/** How often the classroom says that it is still there. */
const HEARTBEAT_MS = 5000;
/** Silence after which the window says that what it shows may be old. */
const SILENCE_MS = 15_000;

/** Opens the pacing view in a window of its own; asked for twice, the first one comes to the front. */
export function openPacingWindow(classId: string): void {
  window.open(`/class/${classId}/pacing`, `lectern-pacing-${classId}`, 'popup,width=440,height=720')?.focus();
}

/** Keeps pacing windows of this class up to date while the calling component lives. */
export function sharePacing(classId: string, read: () => PacingProps): void {
  $effect(() => {
    const channel = new BroadcastChannel(channelName(classId));
    const send = (): void => {
      const message: Message = { kind: 'state', props: $state.snapshot<PacingProps>(read()) };
      channel.postMessage(message);
    };
    channel.onmessage = ({ data }: MessageEvent<Message>): void => {
      if (data.kind === 'hello') send();
    };
    $effect(send);
    const heartbeat = setInterval(send, HEARTBEAT_MS);
    return () => {
      clearInterval(heartbeat);
      channel.postMessage({ kind: 'closed' } satisfies Message);
      channel.close();
    };
  });
}

/** The other end: what the classroom sent last, whether it has been silent for long, and whether it is closed. */
export class FollowedPacing {
  props: PacingProps | null = $state.raw(null);
  silent = $state(false);
  closed = $state(false);

  constructor(classId: string) {
    $effect(() => {
      const channel = new BroadcastChannel(channelName(classId));
      let heardAt = Date.now();
      channel.onmessage = ({ data }: MessageEvent<Message>): void => {
        if (data.kind === 'hello') return;
        heardAt = Date.now();
        this.silent = false;
        this.closed = data.kind === 'closed';
        if (data.kind === 'state') this.props = data.props;
      };
      channel.postMessage({ kind: 'hello' } satisfies Message);
      const watch = setInterval(() => {
        this.silent = Date.now() - heardAt > SILENCE_MS;
      }, HEARTBEAT_MS);
      return () => {
        clearInterval(watch);
        channel.close();
      };
    });
  }
}
