import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CLIENT_MESSAGES, seatIdSchema } from '@lectern/contracts';
import type { ClientMessageType } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../classroom/test-people.ts';
import { DEFAULT_LIMITS, limitKeys } from '../config/limits.ts';
import { ByteRate, MessageRate, SeatRates } from './message-rate.ts';

const tooMany = (retryAfterMs: number) => expect.objectContaining({ code: 'too-many', retryAfterMs }) as Error;

const protocol = await readFile(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
/** The kinds of messages with a limit of their own: how many at once, and how many a second after that. */
const documented = [...protocol.matchAll(/^\| `([a-z-]+)` \| ([\d.]+) \| ([\d.]+) \|/gm)].map(
  ([, type = '', burst, perSecond]) => [type as ClientMessageType, Number(burst), Number(perSecond)] as const,
);

describe('the limits by kind of message', () => {
  it.each(documented)('let a seat send %s as documented: %d at once, then %d a second', (type, burst, perSecond) => {
    const clock = new FakeClock();
    const rate = new MessageRate(clock);
    const once = () => {
      rate.takeOf(type);
    };
    for (let count = 0; count < burst; count += 1) once();
    const paceMs = 1_000 / perSecond;
    expect(once).toThrow(tooMany(paceMs));
    clock.pass(paceMs);
    once();
    expect(once).toThrow(tooMany(paceMs));
  });

  it('are there for every kind in docs/protocol.md’s table once, and for no other', () => {
    const kinds = documented.map(([type]) => type);
    expect(new Set(kinds).size).toBe(kinds.length);
    const all = Object.keys(CLIENT_MESSAGES) as ClientMessageType[];
    expect(all).toEqual(expect.arrayContaining(kinds));
    const rate = new MessageRate(new FakeClock());
    for (const type of all.filter((kind) => !kinds.includes(kind))) {
      expect(() => {
        for (let count = 0; count < 1_000; count += 1) rate.takeOf(type);
      }, type).not.toThrow();
    }
  });
});

describe('the rate of a seat', () => {
  it('lets ten connections in at once and one a second after that, with the time to wait', () => {
    const clock = new FakeClock();
    const rate = new MessageRate(clock);
    for (let count = 0; count < 10; count += 1) rate.takeArrival();
    expect(() => {
      rate.takeArrival();
    }).toThrow(tooMany(1_000));
    clock.pass(1_000);
    expect(() => {
      rate.takeArrival();
    }).not.toThrow();
  });

  it('goes on over a new connection, a flood that was cut included, and is forgotten once it has rested', () => {
    const clock = new FakeClock();
    const rates = new SeatRates(clock);
    const seatId = seatIdSchema.parse(randomUUID());
    for (let count = 0; count < 6; count += 1) rates.of(seatId).takeOf('set-permission');
    rates.forgetRested();
    rates.of(seatId).takeArrival();
    expect(() => {
      rates.of(seatId).takeOf('set-permission');
    }).toThrow(tooMany(5_000));
    for (let refused = 0; refused < 400; refused += 1) {
      expect(() => {
        rates.of(seatId).takeOf('set-permission');
      }).toThrow();
    }
    rates.of(seatId).takeArrival();
    expect(rates.of(seatId).flooding).toBe(true);
    const before = rates.of(seatId);
    clock.pass(60_000);
    rates.forgetRested();
    expect(rates.of(seatId)).not.toBe(before);
  });

  /** Milliseconds until a page that sends so many a second is put out; null when it is not within ten minutes. */
  function putOutAfterMs(perSecond: number): number | null {
    const clock = new FakeClock();
    const rate = new MessageRate(clock);
    for (let sent = 0; sent < perSecond * 600; sent += 1) {
      clock.pass(1_000 / perSecond);
      try {
        rate.takeAny();
      } catch {
        if (rate.flooding) return clock.monotonicMs() - new FakeClock().monotonicMs();
      }
    }
    return null;
  }

  it('puts out who goes on at 500 a second though one in 25 is answered, and not who is a little too fast', () => {
    expect(putOutAfterMs(500)).toBeLessThan(2_000);
    expect(putOutAfterMs(100)).toBeLessThan(10_000);
    expect(putOutAfterMs(35)).toBeNull();
  });

  it('lets a page come in, go on the stage, come back and be loaded again at once, at the least that can be set', () => {
    const least = (key: keyof typeof limitKeys) => {
      for (let value = 1; ; value += 1) if (limitKeys[key].safeParse(value).success) return value;
    };
    const rate = new MessageRate(new FakeClock(), {
      ...DEFAULT_LIMITS.signallingLimits,
      arrivals: least('LECTERN_CONNECTIONS_PER_SEAT'),
      messages: least('LECTERN_MESSAGES_PER_SEAT'),
      costlyPercent: least('LECTERN_COSTLY_MESSAGES_PERCENT'),
      transports: least('LECTERN_TRANSPORTS_PER_SEAT'),
      producers: least('LECTERN_PRODUCERS_PER_SEAT'),
    });
    const clock: ClientMessageType[] = Array.from({ length: 5 }, () => 'clock');
    const comesIn: ClientMessageType[] = [
      ...(['open-transport', 'connect-transport', 'receive', 'resume-consumers', 'page-chat', 'page-roster'] as const),
      ...(['set-permission', 'open-transport', 'connect-transport', 'produce-signal', 'quality', ...clock] as const),
    ];
    const goesOnStage: ClientMessageType[] = [
      ...(['answer-invitation', 'open-transport', 'connect-transport', 'produce', 'produce', 'produce'] as const),
    ];
    const comesBack: ClientMessageType[] = [
      ...(['receive', 'resume-consumers', 'restart-ice', 'restart-ice', 'restart-ice', ...clock] as const),
    ];
    for (const messages of [[...comesIn, ...goesOnStage], comesBack, [...comesIn, ...goesOnStage]]) {
      rate.takeArrival();
      for (const type of messages) {
        rate.takeAny();
        rate.takeOf(type);
      }
    }
  });

  it('allows as much of what costs more, and as many refusals, as is set', () => {
    const allowed = (costlyPercent: number) => {
      const rate = new MessageRate(new FakeClock(), {
        ...DEFAULT_LIMITS.signallingLimits,
        costlyPercent,
        refusals: 10,
      });
      let answered = 0;
      while (!rate.flooding) {
        try {
          rate.takeOf('raise-hand');
          answered += 1;
        } catch {
          // Too many: that is what is tried.
        }
      }
      return answered;
    };
    expect([allowed(60), allowed(100), allowed(200)]).toEqual([3, 5, 10]);
  });

  it.each([
    ['open-transport', 'transports'],
    ['produce', 'producers'],
  ] as const)('allows %s as often at once as is set, and a twenty-fourth of that in a second', (type, key) => {
    const clock = new FakeClock();
    const rate = new MessageRate(clock, { ...DEFAULT_LIMITS.signallingLimits, costlyPercent: 50, [key]: 48 });
    for (let count = 0; count < 48; count += 1) rate.takeOf(type);
    expect(() => {
      rate.takeOf(type);
    }).toThrow(tooMany(500));
    clock.pass(1_000);
    rate.takeOf(type);
    rate.takeOf(type);
    expect(() => {
      rate.takeOf(type);
    }).toThrow(tooMany(500));
  });

  it('does not hold a flood against the page that comes back a moment later', () => {
    const clock = new FakeClock();
    const rate = new MessageRate(clock);
    for (let sent = 0; sent < 300; sent += 1) {
      try {
        rate.takeAny();
      } catch {
        // Too many: that is what is tried.
      }
    }
    expect(rate.flooding).toBe(true);
    clock.pass(1_000);
    rate.takeAny();
    expect(rate.flooding).toBe(false);
  });
});

it('lets the students of a class write so many lines at once as are set, and a twentieth of that in a second', () => {
  const clock = new FakeClock();
  const rates = new SeatRates(clock, { ...DEFAULT_LIMITS.signallingLimits, chatLines: 40 });
  for (let count = 0; count < 40; count += 1) rates.takeChatLine();
  const crowded = expect.objectContaining({ code: 'chat-crowded', retryAfterMs: 2_000 }) as Error;
  const oneMore = () => {
    rates.takeChatLine();
  };
  expect(oneMore).toThrow(crowded);
  clock.pass(1_000);
  oneMore();
  oneMore();
  expect(oneMore).toThrow(crowded);
});

describe('the bytes of a connection', () => {
  it('are a megabyte at once and 128 KiB a second, whatever the size of the messages', () => {
    const clock = new FakeClock();
    const bytes = new ByteRate(clock);
    for (let sent = 0; sent < 16; sent += 1) expect(bytes.take(64 * 1024)).toBe(true);
    expect(bytes.take(1)).toBe(false);
    clock.pass(1_000);
    expect([bytes.take(64 * 1024), bytes.take(64 * 1024), bytes.take(64 * 1024)]).toEqual([true, true, false]);
  });
});
