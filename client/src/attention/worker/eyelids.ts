import { logOddsOf, probabilityOf } from './log-odds.ts';
import { medianOf } from './quantiles.ts';

/**
 * Eyes have begun to close when their openness lies this far below what it mostly is, in log-odds, and further than it wavers: by so many
 * times its median deviation. A blink at ten looks a second is hardly ever seen at its deepest.
 */
const CLOSING_LOG_ODDS = 2.5;
const CLOSING_DEVIATIONS = 4;
/** Eyes that are more open than this, in log-odds (0.9), do not begin to close, however wide open they mostly are. */
const WIDE_LOG_ODDS = 2.2;
/** Nobody's open eyes are read as less open than this, in log-odds (0.18): it is neither waited for nor learnt from. */
const SHUT_LOG_ODDS = -1.5;
/** Eyes that stay low are closed below this share of what they mostly are, or shut; above it somebody only looks tired, or down. */
const CLOSED_SHARE = 0.5;
/** Until a person's own openness is known. */
const USUALLY_CLOSED = 0.5;
/** A blink is over within this time; eyes that stay closed for longer are closed. */
const LONGEST_BLINK_MS = 500;
/** Looks with open eyes that are remembered: few, since who looks down a little has lower lids. */
const MEMORY = 16;
const FEWEST = 6;

/** What the lids do in one frame. */
export type Lids = 'open' | 'blink' | 'closed';

/** Tells blinks from closed eyes against the person's own openness (`FaceObservables.openness`), frame after frame. In memory only. */
export class Eyelids {
  /** In log-odds. */
  readonly #open: number[] = [];
  #lowSinceMs: number | null = null;

  note(tMs: number, openness: number): Lids {
    const logOdds = logOddsOf(openness);
    const lids = this.#lidsOf(tMs, openness, logOdds);
    // The first looks are taken as they are: eyes that are narrow by nature are not closed.
    if ((lids === 'open' || this.#open.length < FEWEST) && logOdds >= SHUT_LOG_ODDS) {
      this.#open.push(logOdds);
      if (this.#open.length > MEMORY) this.#open.shift();
    }
    return lids;
  }

  #lidsOf(tMs: number, openness: number, logOdds: number): Lids {
    const own = this.#open.length < FEWEST ? null : medianOf(this.#open);
    if (own === null ? openness >= USUALLY_CLOSED : logOdds >= this.#lowBelow(own)) {
      this.#lowSinceMs = null;
      return 'open';
    }
    this.#lowSinceMs ??= tMs;
    if (tMs - this.#lowSinceMs < LONGEST_BLINK_MS) return 'blink';
    if (own === null) return 'closed';
    const closedBelow = Math.max(CLOSED_SHARE * probabilityOf(own), probabilityOf(SHUT_LOG_ODDS));
    return openness < closedBelow ? 'closed' : 'open';
  }

  #lowBelow(own: number): number {
    const deviation = medianOf(this.#open.map((value) => Math.abs(value - own)));
    const closing = own - Math.max(CLOSING_LOG_ODDS, CLOSING_DEVIATIONS * deviation);
    return Math.min(WIDE_LOG_ODDS, Math.max(SHUT_LOG_ODDS, closing));
  }
}
