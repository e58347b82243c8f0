const TIMEOUT_MS = 5_000;
/** Looks at the server come once a second. */
const LOOKS_APART = 5;

interface Made {
  readonly classId: string;
  readonly joinCode: string;
}

/** The class of a run: whether it is there still, by what the scenario tells of it and what the server says. */
export class ClassThere {
  readonly #origin: string;
  #made: Made | null = null;
  #looks = 0;
  #wasRemoved = false;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Null where none was made, or it is removed. */
  get made(): Made | null {
    return this.#made;
  }

  /** Whether somebody else removed it before the scenario did. */
  get wasRemoved(): boolean {
    return this.#wasRemoved;
  }

  /** A class was made, or with null removed. */
  tell(made: Made | null): void {
    this.#made = made;
  }

  /** It was gone before the scenario came to remove it. */
  tellGone(): void {
    this.#wasRemoved = true;
  }

  /** Asks the server at every fifth call. Whatever answers something else than that its link is wrong says nothing of the class. */
  async look(): Promise<void> {
    if (this.#made === null || this.#wasRemoved) return;
    this.#looks += 1;
    if (this.#looks % LOOKS_APART > 0) return;
    const asked = this.#made;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const answer = await fetch(`${this.#origin}/api/join/${asked.joinCode}`, { signal });
      const { code } = (await answer.json()) as { readonly code?: unknown };
      if (code === 'link-wrong' && asked === this.made) this.#wasRemoved = true;
    } catch {
      // It is asked again.
    }
  }
}
