/** How far a run is, told on the standard error: one line that is renewed on a terminal, else a line now and then. */
export class Progress {
  readonly #totalBytes: number;
  readonly #total: number;
  readonly #startedMs = performance.now();
  readonly #isTerminal = process.stderr.isTTY;
  #doneBytes = 0;
  #done = 0;
  #frames = 0;
  #toldMs: number;

  constructor(recordings: readonly { readonly bytes: number }[]) {
    this.#total = recordings.length;
    this.#totalBytes = recordings.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#toldMs = this.#startedMs;
  }

  /** `bytes` of the files were worked off. */
  add(bytes: number, frames: number): void {
    this.#doneBytes += bytes;
    this.#frames += frames;
    this.#tell();
  }

  finishOne(): void {
    this.#done += 1;
    this.#tell();
  }

  /** A line of its own, the progress after it. */
  say(line: string): void {
    process.stderr.write(`${this.#isTerminal ? '\r\x1b[K' : ''}${line}\n`);
  }

  /** Since the beginning, in seconds. */
  get seconds(): number {
    return (performance.now() - this.#startedMs) / 1000;
  }

  close(): void {
    if (this.#isTerminal) process.stderr.write('\r\x1b[K');
  }

  #tell(): void {
    const nowMs = performance.now();
    if (nowMs - this.#toldMs < (this.#isTerminal ? TERMINAL_EVERY_MS : LINE_EVERY_MS)) return;
    this.#toldMs = nowMs;
    process.stderr.write(this.#isTerminal ? `\r\x1b[K${this.#line()}` : `${this.#line()}\n`);
  }

  #line(): string {
    const share = this.#totalBytes === 0 ? 0 : this.#doneBytes / this.#totalBytes;
    const rate = `${(this.#frames / this.seconds).toFixed(1)} frames a second`;
    const left = share > 0 ? `, ${duration((this.seconds * (1 - share)) / share)} left` : '';
    return `${grouped(this.#done)} of ${grouped(this.#total)} recordings, ${grouped(this.#frames)} frames, ${rate}${left}`;
  }
}

const TERMINAL_EVERY_MS = 250;
const LINE_EVERY_MS = 10_000;

/** In words, to the second or minute. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function grouped(count: number): string {
  return count.toLocaleString('en');
}
