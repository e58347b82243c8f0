/** Links that are asked at a look while nothing is unusual: a worker's thousand are through in twelve seconds. */
const USUALLY = 20;
/** And while somebody may be flooding: a thousand are through in a second. More at a look would keep packets of sound waiting. */
const IN_ALARM = 250;
/** One round finds what has been going on, a second one what had just begun. */
const ROUNDS_IN_ALARM = 2;
/** After an alarm so many looks go by until the next: a worker that is full, or a storm of joins, would be asked all the time. */
const CALM_LOOKS = 20;

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
  /** Something startled while it was calm: there is an alarm at the end of that. */
  #owed = false;

  constructor(options: LinkRoundOptions<Link>) {
    this.#options = options;
  }

  /** Asks the next few; more of them when `startled`, as somebody may be flooding. A worker that does not answer is not asked more. */
  look(startled: boolean): void {
    this.#calm = Math.max(0, this.#calm - 1);
    this.#owed ||= startled;
    if (this.#owed && this.#calm === 0) {
      this.#owed = false;
      this.#due = [];
      this.#alarms = ROUNDS_IN_ALARM;
      this.#calm = CALM_LOOKS;
    }
    const most = this.#alarms > 0 ? IN_ALARM : USUALLY;
    if (this.#due.length === 0) this.#due = [...this.#options.links()];
    for (const link of this.#due.splice(0, most - this.#unanswered)) void this.#ask(link);
    if (this.#due.length === 0) this.#alarms = Math.max(0, this.#alarms - 1);
  }

  async #ask(link: Link): Promise<void> {
    this.#unanswered += 1;
    await this.#options.ask(link);
    this.#unanswered -= 1;
  }
}
