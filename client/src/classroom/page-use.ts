import type { MediaSource } from '@lectern/contracts';

interface InClass {
  readonly tracks: () => Iterable<{ readonly source: MediaSource }>;
  /** True while something of this person's camera, microphone or screen is in use. */
  readonly publishes: () => boolean;
}

/**
 * Whether somebody uses the page, so that loading it anew would end something: a fresh page is silent until it is clicked
 * on, and what was being written is lost.
 */
export class PageUse {
  /** Whether somebody writes here: set by the screen that has the field. */
  writes: () => boolean = () => false;
  readonly #inClass: InClass;
  /** What is left of the stage may be gone before a lost connection is back. */
  #heardStage = false;

  constructor(inClass: InClass) {
    this.#inClass = inClass;
  }

  /** The connection is lost: what was heard until then counts until it is back. */
  lost(): void {
    this.#heardStage = this.#hearsStage();
  }

  back(): void {
    this.#heardStage = false;
  }

  get idle(): boolean {
    if (!document.hidden || this.#inClass.publishes() || this.writes()) return false;
    return !this.#heardStage && !this.#hearsStage();
  }

  #hearsStage(): boolean {
    return [...this.#inClass.tracks()].some(({ source }) => source === 'microphone' || source === 'screen-audio');
  }
}
