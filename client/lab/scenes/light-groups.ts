export const LIGHT_GROUPS = ['even', 'harsh', 'dim', 'dark'] as const;
/** Three groups in which a face can be read, and one in which it cannot. */
export type LightGroup = (typeof LIGHT_GROUPS)[number];

export type LightKind =
  | 'ceiling'
  | 'window-ahead'
  | 'lamp-aside'
  | 'window-aside'
  | 'window-behind'
  | 'evening-lamp'
  | 'screen-glow'
  | 'night';

/** What light falls how in a group. */
export const LIGHTS: Readonly<Record<LightGroup, readonly LightKind[]>> = {
  even: ['ceiling', 'window-ahead'],
  harsh: ['lamp-aside', 'window-aside', 'window-behind'],
  dim: ['evening-lamp', 'screen-glow'],
  dark: ['night'],
};
