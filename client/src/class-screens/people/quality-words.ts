import SignalHigh from '@lucide/svelte/icons/signal-high';
import SignalLow from '@lucide/svelte/icons/signal-low';
import SignalMedium from '@lucide/svelte/icons/signal-medium';
import SignalZero from '@lucide/svelte/icons/signal-zero';
import type { ConnectionQuality } from '@lectern/contracts';
import type { Component } from 'svelte';
import { m } from '../../paraglide/messages.js';

/** Connection quality as a sign and as words. */
export const QUALITY_SIGNS: Readonly<
  Record<ConnectionQuality, { icon: Component<{ size?: number | string }>; words: () => string }>
> = {
  good: { icon: SignalHigh, words: m.class_quality_good },
  fair: { icon: SignalMedium, words: m.class_quality_fair },
  poor: { icon: SignalLow, words: m.class_quality_poor },
  unknown: { icon: SignalZero, words: m.class_quality_unknown },
};
