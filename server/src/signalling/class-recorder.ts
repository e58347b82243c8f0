import type { ClassId } from '@lectern/contracts';
import type { ClassRecords } from '../class-records/class-records.ts';
import type { Clock } from '../classroom/clock.ts';
import type { LiveClass } from '../classroom/live-class.ts';

/** Writes down what a class must find again. Chat messages are written by whoever answers for them. */
export function recordClass(classId: ClassId, live: LiveClass, records: ClassRecords, clock: Clock): void {
  const now = () => new Date(clock.wallMs());
  live.hands.on('raised', (person) => {
    records.raiseHand(classId, person.seatId, now());
  });
  live.hands.on('lowered', (seatId) => {
    records.lowerHand(classId, seatId);
  });
  live.stage.on('joined', (seatId) => {
    records.joinStage(classId, seatId, now());
  });
  live.stage.on('left', (seatId) => {
    records.leaveStage(classId, seatId);
  });
  live.chat.on('deleted', (messageId) => {
    records.deleteMessage(classId, messageId, now());
  });
  live.chat.on('settings-changed', (settings) => {
    records.saveChatSettings(classId, settings);
  });
  live.events.on('added', (event) => {
    records.addEvent(classId, event);
  });
}
