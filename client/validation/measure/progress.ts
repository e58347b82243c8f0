/** How far a run is, told on the standard error: one line that is renewed on a terminal, else a line now and then. */
export class Progress {
  #totalBytes: number;
  readonly #total: number;
  readonly #startedMs = performance.now();
  readonly #isTerminal = process.stderr.isTTY;
  #doneBytes = 0;
  #done = 0;
  #frames = 0;
  #toldMs: number;
  /** When the first frames came, and what was done by then: a browser takes its time to start. */
  #first: { readonly atMs: number; readonly doneBytes: number } | null = null;

  /** `refused`: how many more there are that nobody tries to read. */
  constructor(recordings: readonly { readonly bytes: number }[], refused: number) {
    this.#total = recordings.length + refused;
    this.#done = refused;
    this.#totalBytes = recordings.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#toldMs = this.#startedMs;
  }

  /** `bytes` of the files were worked off. */
  add(bytes: number, frames: number): void {
    this.#doneBytes += bytes;
    this.#frames += frames;
    if (frames > 0) this.#first ??= { atMs: performance.now(), doneBytes: this.#doneBytes };
    this.#tell();
  }

  /** `bytes` turned out to be of no use. */
  leaveOut(bytes: number): void {
    this.#totalBytes -= bytes;
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
    const done = `${grouped(this.#done)} of ${grouped(this.#total)} recordings`;
    if (this.#frames === 0) return `${done}, no frame yet`;
    const left = this.#secondsLeft();
    return (
      `${done}, ${grouped(this.#frames)} frames, ${(this.#frames / this.seconds).toFixed(1)} frames a second` +
      (left === null ? '' : `, ${duration(left)} left`)
    );
  }

  /** As fast as since the first frames; null while that is too short a time to tell. */
  #secondsLeft(): number | null {
    if (this.#first === null) return null;
    const ms = performance.now() - this.#first.atMs;
    const bytes = this.#doneBytes - this.#first.doneBytes;
    if (ms < ESTIMATE_AFTER_MS || bytes <= 0) return null;
    return ((this.#totalBytes - this.#doneBytes) * ms) / bytes / 1000;
  }
}

const TERMINAL_EVERY_MS = 250;
const LINE_EVERY_MS = 10_000;
const ESTIMATE_AFTER_MS = 5000;

/** In words, to the second or minute. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function grouped(count: number): string {
  return count.toLocaleString('en');
}
