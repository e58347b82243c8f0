/** What a round heard, as k6/x/lectern has it. */
interface Round {
  readonly packets: number;
  readonly lossShare: number;
}

/** Of several rounds the one in which most was lost, or one in which nobody heard anything: together they would hide it. Throws for none. */
export function worstRound<Heard extends Round>(rounds: readonly Heard[]): Heard {
  const unheard = rounds.find(({ packets }) => packets === 0);
  return unheard ?? rounds.reduce((worst, round) => (round.lossShare > worst.lossShare ? round : worst));
}
