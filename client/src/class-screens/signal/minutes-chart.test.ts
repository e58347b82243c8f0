import { describe, expect, it } from 'vitest';
import type { OwnMinutes } from '../../classroom/own-minutes.ts';
import { columnsOf, minutesPerColumn, shownDuring, summaryOf } from './minutes-chart.ts';

const minute = (at: number, facing: number, elsewhere: number, unclear = 0) => ({
  ...{ minute: at, facing, elsewhere, unclear },
});
/** Minutes of a class, the last of them over unless so many windows of it have gone by. */
const kept = (minutes: OwnMinutes['minutes'], gone = 12) => ({
  ...{ minutes, lastWindow: (minutes.at(-1)?.minute ?? 0) * 12 + gone - 1 },
});

describe('the columns of My minutes', () => {
  it('show a minute in which nothing was measured as such, and what is missing in one that was', () => {
    expect(columnsOf(kept([minute(7, 9, 1), minute(9, 0, 0, 12)]), 1)).toEqual([
      { fromMinute: 7, toMinute: 8, facing: 9, elsewhere: 1, unclear: 0, unmeasured: 2 },
      { fromMinute: 8, toMinute: 9, facing: 0, elsewhere: 0, unclear: 0, unmeasured: 12 },
      { fromMinute: 9, toMinute: 10, facing: 0, elsewhere: 0, unclear: 12, unmeasured: 0 },
    ]);
    expect(columnsOf(kept([]), 1)).toEqual([]);
  });

  it('lose no window when several minutes stand together', () => {
    const minutes = kept(Array.from({ length: 10 }, (_, at) => minute(at, 8, 3, 1)));
    const columns = columnsOf(minutes, 5);
    expect(columns.map(({ facing, elsewhere, unclear }) => [facing, elsewhere, unclear])).toEqual([
      [40, 15, 5],
      [40, 15, 5],
    ]);
  });

  it('count nothing of a minute as not measured that is yet to come', () => {
    const running = kept([minute(4, 12, 0), minute(5, 1, 0)], 3);
    expect(columnsOf(running, 1).map(({ unmeasured }) => unmeasured)).toEqual([0, 2]);
    expect(columnsOf(running, 5).map(({ unmeasured }) => unmeasured)).toEqual([2]);
  });

  it('stand for as many minutes as the width asks for', () => {
    const threeHours = kept([minute(0, 1, 0), minute(179, 1, 0)]);
    expect(minutesPerColumn(threeHours, 1200)).toBe(1);
    expect(minutesPerColumn(threeHours, 400)).toBe(2);
    expect(minutesPerColumn(threeHours, 150)).toBe(5);
  });
});

describe('the summary of My minutes', () => {
  it('says of how many minutes anything could be told, and in how many it was mostly the screen', () => {
    const minutes = kept([minute(0, 9, 1), minute(1, 2, 8), minute(2, 0, 0, 12), minute(3, 5, 5)]);
    expect(summaryOf(minutes)).toEqual({ over: 4, told: 3, facing: 2 });
  });

  it('waits for the end of the minute that runs', () => {
    expect(summaryOf(kept([minute(6, 11, 0)], 11))).toEqual({ over: 0, told: 0, facing: 0 });
    expect(summaryOf(kept([minute(6, 11, 0), minute(7, 1, 0)], 1))).toEqual({ over: 1, told: 1, facing: 1 });
  });
});

describe('what was on the stage', () => {
  const ada = { kind: 'camera', name: 'Ada' } as const;
  const screen = { kind: 'screen', name: 'Ada' } as const;
  const stage = [
    { fromWindow: 0, toWindow: 15, shown: ada },
    { fromWindow: 16, toWindow: 40, shown: screen },
  ];

  it('is what was there for most of the minute', () => {
    expect(shownDuring({ stage }, { fromMinute: 0, toMinute: 1 })).toEqual(ada);
    expect(shownDuring({ stage }, { fromMinute: 1, toMinute: 2 })).toEqual(screen);
  });

  it('is not known where nothing was measured', () => {
    expect(shownDuring({ stage }, { fromMinute: 6, toMinute: 7 })).toBeNull();
  });
});
