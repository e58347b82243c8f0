/** A line that its writer sees before the server has it, or that the server did not take. */
export interface OutgoingLine {
  readonly key: number;
  readonly text: string;
  readonly state: 'sending' | 'failed';
  /** Why it failed; absent while it is being sent. */
  readonly error?: unknown;
}

/**
 * Own chat lines, being written and on their way. `send` resolves once the server has the line; a refused line stays here
 * with its reason until its writer tries again or discards it, so nothing that somebody wrote is lost.
 */
export class ChatOutbox {
  lines: readonly OutgoingLine[] = $state.raw([]);
  /** What is being written: here, for the field comes and goes with its panel. */
  draft = $state('');
  readonly #send: (text: string) => Promise<unknown>;
  #nextKey = 1;

  constructor(send: (text: string) => Promise<unknown>) {
    this.#send = send;
  }

  /** Takes a line and sends it. Never rejects. */
  async add(text: string): Promise<void> {
    const trimmed = text.trim();
    if (trimmed === '') return;
    const key = this.#nextKey++;
    this.lines = [...this.lines, { key, text: trimmed, state: 'sending' }];
    await this.#deliver(key, trimmed);
  }

  async retry(key: number): Promise<void> {
    const line = this.lines.find((candidate) => candidate.key === key);
    if (line?.state !== 'failed') return;
    this.#replace(key, { key, text: line.text, state: 'sending' });
    await this.#deliver(key, line.text);
  }

  discard(key: number): void {
    this.lines = this.lines.filter((line) => line.key !== key || line.state === 'sending');
  }

  async #deliver(key: number, text: string): Promise<void> {
    try {
      await this.#send(text);
      this.lines = this.lines.filter((line) => line.key !== key);
    } catch (error) {
      this.#replace(key, { key, text, state: 'failed', error });
    }
  }

  #replace(key: number, next: OutgoingLine): void {
    this.lines = this.lines.map((line) => (line.key === key ? next : line));
  }
}
