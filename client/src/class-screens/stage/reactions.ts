import Check from '@lucide/svelte/icons/check';
import Heart from '@lucide/svelte/icons/heart';
import PartyPopper from '@lucide/svelte/icons/party-popper';
import ThumbsUp from '@lucide/svelte/icons/thumbs-up';
import X from '@lucide/svelte/icons/x';
import type { Reaction } from '@lectern/contracts';
import type { Component } from 'svelte';
import { m } from '../../paraglide/messages.js';

/** Each reaction with its sign and its name. */
export const REACTION_SIGNS: Readonly<
  Record<Reaction, { icon: Component<{ size?: number | string }>; name: () => string }>
> = {
  'thumbs-up': { icon: ThumbsUp, name: m.class_reaction_thumbs_up },
  clap: { icon: PartyPopper, name: m.class_reaction_clap },
  heart: { icon: Heart, name: m.class_reaction_heart },
  yes: { icon: Check, name: m.class_reaction_yes },
  no: { icon: X, name: m.class_reaction_no },
};
