import { LecternError } from '@lectern/contracts';
import { randomUuid } from '../../classroom/random-uuid.ts';

/** A line that its writer sees before the server has it, or that the server did not take. */
export interface OutgoingLine {
  /** Known to the server too: a line whose answer was lost is posted once, however often it is tried. */
  readonly lineId: string;
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
  /** When the server took the newest line, in milliseconds of this page, for slow mode; null before the first. */
  #takenAtMs: number | null = $state(null);
  readonly #send: (text: string, lineId: string) => Promise<unknown>;
  readonly #slowModeSeconds: () => number;

  constructor(send: (text: string, lineId: string) => Promise<unknown>, slowModeSeconds: () => number) {
    this.#send = send;
    this.#slowModeSeconds = slowModeSeconds;
  }

  /** True while something stands here that only this page has. */
  get holdsWords(): boolean {
    return this.draft.trim() !== '' || this.lines.length > 0;
  }

  /** Takes a line and sends it. Never rejects. */
  async add(text: string): Promise<void> {
    const trimmed = text.trim();
    if (trimmed === '') return;
    const lineId = randomUuid();
    this.lines = [...this.lines, { lineId, text: trimmed, state: 'sending' }];
    await this.#deliver(lineId, trimmed);
  }

  async retry(lineId: string): Promise<void> {
    const line = this.lines.find((candidate) => candidate.lineId === lineId);
    if (line?.state !== 'failed') return;
    this.#replace({ lineId, text: line.text, state: 'sending' });
    await this.#deliver(lineId, line.text);
  }

  /** Slow mode as it binds this writer now; 0 when it does not. */
  get slowModeSeconds(): number {
    return this.#slowModeSeconds();
  }

  /** Whole seconds until slow mode lets the next line through; 0 when it may be sent. */
  secondsToWait(nowMs: number): number {
    if (this.#takenAtMs === null) return 0;
    const seconds = Math.ceil((this.#takenAtMs - nowMs) / 1000 + this.slowModeSeconds);
    return Math.min(Math.max(0, seconds), this.slowModeSeconds);
  }

  discard(lineId: string): void {
    this.lines = this.lines.filter((line) => line.lineId !== lineId || line.state === 'sending');
  }

  async #deliver(lineId: string, text: string): Promise<void> {
    try {
      await this.#send(text, lineId);
      this.#takenAtMs = performance.now();
      this.lines = this.lines.filter((line) => line.lineId !== lineId);
    } catch (error) {
      this.#noteRefusal(error);
      this.#replace({ lineId, text, state: 'failed', error });
    }
  }

  /** After a reload the server alone knows of the line before. */
  #noteRefusal(error: unknown): void {
    if (!(error instanceof LecternError) || error.code !== 'slow-mode' || error.retryAfterMs === undefined) return;
    this.#takenAtMs = performance.now() + error.retryAfterMs - this.slowModeSeconds * 1000;
  }

  #replace(next: OutgoingLine): void {
    this.lines = this.lines.map((line) => (line.lineId === next.lineId ? next : line));
  }
}
