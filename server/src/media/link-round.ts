/** The links of a worker are looked at so often, a few at a time: it sends no packet of sound while it answers. */
export const LINK_LOOK_MS = 50;
/** Links that are asked at a look while nothing is unusual: two thousand are through in twenty seconds. */
const USUALLY = 5;
/** And while somebody may be flooding: two thousand are through in a second. */
const IN_ALARM = 100;
/** One round finds what has been going on, a second one what had just begun. */
const ROUNDS_IN_ALARM = 2;
/** From one alarm to the next so many looks go by: a worker that is full, or a storm of joins, would be asked all the time. */
const CALM_LOOKS = 5_000 / LINK_LOOK_MS;

interface LinkRoundOptions<Link> {
  /** Those that are open now. */
  readonly links: () => Iterable<Link>;
  /** Never rejects. */
  readonly ask: (link: Link) => Promise<void>;
}

/** Asks the links of one worker in turn, a bounded number at a look; all of them at once in no case. */
export class LinkRound<Link> {
  readonly #options: LinkRoundOptions<Link>;
  #due: Link[] = [];
  #unanswered = 0;
  /** Rounds of the alarm that are still to come. */
  #alarms = 0;
  #calm = 0;
  /** Something startled that no alarm has come for yet. */
  #owed = false;

  constructor(options: LinkRoundOptions<Link>) {
    this.#options = options;
  }

  /** Somebody may be flooding: more are asked from the next look on, or from the end of the calm after the alarm before. */
  alarm(): void {
    this.#owed = true;
  }

  /** Asks the next few. A worker that does not answer is not asked more. */
  look(): void {
    this.#calm = Math.max(0, this.#calm - 1);
    if (this.#owed && this.#calm === 0) {
      this.#owed = false;
      this.#due = [];
      this.#alarms = ROUNDS_IN_ALARM;
      this.#calm = CALM_LOOKS;
    }
    const most = this.#alarms > 0 ? IN_ALARM : USUALLY;
    if (this.#due.length === 0) this.#due = [...this.#options.links()];
    for (const link of this.#due.splice(0, Math.max(0, most - this.#unanswered))) void this.#ask(link);
    if (this.#due.length === 0) this.#alarms = Math.max(0, this.#alarms - 1);
  }

  async #ask(link: Link): Promise<void> {
    this.#unanswered += 1;
    await this.#options.ask(link);
    this.#unanswered -= 1;
  }
}
