/** What a scenario plans so much of, by the tag `kind` of its metric, and what it is called: less of it is another class than the one that is told of. */
export const PLANNED_LOADS = [
  ['seat', 'seats'],
  ['join', 'joins'],
  ['leave', 'goodbyes'],
  ['chat', 'lines of chat'],
  ['hand', 'hands'],
  ['reaction', 'reactions'],
] as const;
