import type { Side } from './eye-axes.ts';

/** The morphable head's own name of a side. */
export function headSide(side: Side): 'Left' | 'Right' {
  return side === 'left' ? 'Left' : 'Right';
}
