import { EventEmitter } from 'node:events';
import { LecternError } from '@lectern/contracts';
import type { ClassStatus } from '@lectern/contracts';
import type { Clock } from './clock.ts';

/** What the database keeps of a class's way. */
export interface StoredClassState {
  readonly status: ClassStatus;
  /** Unix time of Start in ms; null before it. */
  readonly startedAtMs: number | null;
  readonly locked: boolean;
  readonly signalEnabled: boolean;
}

/**
 * Where a class stands: planned, open, live, ended, and never back. Keeps the class clock: milliseconds since Start,
 * monotonic within the process, kept over a restart through the stored start.
 */
export class ClassState extends EventEmitter<{ changed: [] }> {
  readonly #clock: Clock;
  #status: ClassStatus;
  #locked: boolean;
  #signalEnabled: boolean;
  /** The monotonic clock's reading at Start; null before it. */
  #startMonotonicMs: number | null = null;
  #endedAtClassMs: number | null = null;

  constructor(stored: StoredClassState, clock: Clock) {
    super();
    this.#clock = clock;
    this.#status = stored.status;
    this.#locked = stored.locked;
    this.#signalEnabled = stored.signalEnabled;
    if (stored.startedAtMs !== null) this.#startMonotonicMs = this.#monotonicOf(stored.startedAtMs);
  }

  get status(): ClassStatus {
    return this.#status;
  }

  get locked(): boolean {
    return this.#locked;
  }

  get signalEnabled(): boolean {
    return this.#signalEnabled;
  }

  /** Milliseconds since Start; null while the class is not live. */
  classClockMs(): number | null {
    return this.#status === 'live' ? this.#elapsedMs() : null;
  }

  /** Like `classClockMs`, and after the end the reading at the end; 0 before Start. */
  lastClassClockMs(): number {
    return this.#endedAtClassMs ?? this.#elapsedMs();
  }

  /** Throws `class-ended` or `conflict` when the class cannot be opened now. */
  checkOpen(): void {
    this.#checkFrom(['planned']);
  }

  /** Throws `class-ended` or `conflict` when the class cannot be started now. */
  checkStart(): void {
    this.#checkFrom(['planned', 'open']);
  }

  /** Throws `class-not-live` or `class-ended` when the class is not live. */
  checkLive(): void {
    if (this.#status === 'ended') throw new LecternError('class-ended');
    if (this.#status !== 'live') throw new LecternError('class-not-live');
  }

  open(): void {
    this.checkOpen();
    this.#status = 'open';
    this.emit('changed');
  }

  /** Starts the class; `startedAtMs` (Unix time) is the zero of the class clock. */
  start(startedAtMs: number): void {
    this.checkStart();
    this.#startMonotonicMs = this.#monotonicOf(startedAtMs);
    this.#status = 'live';
    this.emit('changed');
  }

  end(): void {
    this.checkLive();
    this.#endedAtClassMs = this.#elapsedMs();
    this.#status = 'ended';
    this.emit('changed');
  }

  setLocked(locked: boolean): void {
    if (this.#locked === locked) return;
    this.#locked = locked;
    this.emit('changed');
  }

  setSignalEnabled(enabled: boolean): void {
    if (this.#signalEnabled === enabled) return;
    this.#signalEnabled = enabled;
    this.emit('changed');
  }

  #checkFrom(allowed: readonly ClassStatus[]): void {
    if (this.#status === 'ended') throw new LecternError('class-ended');
    if (!allowed.includes(this.#status)) throw new LecternError('conflict');
  }

  #elapsedMs(): number {
    return this.#startMonotonicMs === null ? 0 : this.#clock.monotonicMs() - this.#startMonotonicMs;
  }

  /** A wall clock that was set back must not give a class clock below zero. */
  #monotonicOf(wallMs: number): number {
    return this.#clock.monotonicMs() - Math.max(0, this.#clock.wallMs() - wallMs);
  }
}
