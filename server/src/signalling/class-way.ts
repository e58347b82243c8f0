import type { ClassCard, ClassDetail, ClassStatus } from '@lectern/contracts';
import type { Logger } from 'pino';
import { onRecord } from '../class-records/record-writer.ts';
import type { Clock } from '../classroom/clock.ts';
import type { ClassState } from '../courses/class-directory.ts';
import type { LiveClass } from '../classroom/live-class.ts';
import { cardFor } from './class-views.ts';
import type { LiveClassesDeps } from './live-classes-deps.ts';

interface Around {
  readonly live: LiveClass;
  readonly classes: LiveClassesDeps['classes'];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Title, time or instructors are others than before. */
  readonly onCardChanged: (card: ClassCard) => void;
  /** The class is open or live now, its signal was switched, or it was read again. */
  readonly onChanged: () => void;
  readonly onEnded: () => Promise<void>;
}

/**
 * Moves a class along its way: on record first, then here. Where the two differ the record is followed. Methods reject
 * with `unavailable` when the record could not be written or read.
 */
export class ClassWay {
  readonly #around: Around;
  #detail: ClassDetail;

  constructor(detail: ClassDetail, around: Around) {
    this.#detail = detail;
    this.#around = around;
  }

  /** The class as it was last read. */
  get detail(): ClassDetail {
    return this.#detail;
  }

  async open(): Promise<void> {
    this.#around.live.state.checkOpen();
    await this.#move('open');
  }

  async start(): Promise<void> {
    this.#around.live.state.checkStart();
    await this.#move('live');
  }

  async end(): Promise<void> {
    this.#around.live.state.checkLive();
    await this.#move('ended');
  }

  async lock(locked: boolean): Promise<void> {
    const { live, classes } = this.#around;
    const { classId } = this.#detail;
    await this.#switch(
      () => classes.setLocked(classId, locked),
      (recorded) => recorded.locked === locked,
    );
    live.state.setLocked(locked);
  }

  async switchSignal(enabled: boolean): Promise<void> {
    const { live, classes, onChanged } = this.#around;
    const { classId } = this.#detail;
    await this.#switch(
      () => classes.setSignalEnabled(classId, enabled),
      ({ detail }) => detail.signalEnabled === enabled,
    );
    live.switchSignal(enabled);
    onChanged();
  }

  /** Reads the class again after it was changed elsewhere. */
  async refresh(): Promise<void> {
    await this.#stand(await this.#around.classes.classState(this.#detail.classId));
  }

  /** Writes a switch down. Where the write is refused the record is followed; rejects when that is not what was asked. */
  async #switch(write: () => Promise<void>, isDone: (recorded: ClassState) => boolean): Promise<void> {
    const { classes, logger } = this.#around;
    try {
      await onRecord(write, logger);
    } catch (error) {
      // A write that was given up may be on record all the same.
      const recorded = await onRecord(() => classes.classState(this.#detail.classId), logger);
      await this.#stand(recorded);
      if (!isDone(recorded)) throw error;
    }
  }

  /** Takes everything as the record has it. */
  async #stand({ detail, locked }: ClassState): Promise<void> {
    const { live, onChanged } = this.#around;
    live.state.setLocked(locked);
    live.switchSignal(detail.signalEnabled);
    await this.#follow(detail);
    onChanged();
  }

  async #move(status: ClassStatus): Promise<void> {
    const { classes, clock, logger } = this.#around;
    const { classId } = this.#detail;
    try {
      const at = new Date(clock.wallMs());
      await this.#follow(await onRecord(() => classes.setClassStatus(classId, status, at), logger));
    } catch (error) {
      // A write that was given up, now or before, may be on record all the same.
      const { detail } = await onRecord(() => classes.classState(classId), logger);
      await this.#follow(detail);
      if (detail.status !== status) throw error;
    }
  }

  /** Stands where the record stands. */
  async #follow(detail: ClassDetail): Promise<void> {
    const { live, logger, onCardChanged, onChanged, onEnded } = this.#around;
    const before = live.state.status;
    const card = cardFor(detail, live);
    if (JSON.stringify(card) !== JSON.stringify(cardFor(this.#detail, live))) onCardChanged(card);
    this.#detail = detail;
    if (detail.status === before) return;
    logger.info({ before, status: detail.status }, 'a class went on its way');
    if (detail.status === 'open') live.state.open();
    if (detail.startedAt !== null && before !== 'live') live.start(Date.parse(detail.startedAt));
    if (detail.status !== 'ended') {
      onChanged();
      return;
    }
    live.end();
    await onEnded();
  }
}
