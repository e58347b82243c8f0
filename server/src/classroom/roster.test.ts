import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Roster } from './roster.ts';
import { SeatsPresent } from './seats-present.ts';
import { FakeClock, somebody } from './test-people.ts';

const nothing = { onStage: () => false, invited: () => false, handPlaces: new Map() };

function roomWith(...names: string[]): SeatsPresent {
  const seats = new SeatsPresent(new FakeClock());
  for (const name of names) seats.arrive(somebody(name));
  return seats;
}
const namesOf = (seats: SeatsPresent, search = '') =>
  new Roster(seats).page({ search, offset: 0, limit: 100 }, nothing).entries.map(({ name }) => name);

describe('the roster', () => {
  it('lists staff first, then by name as people sort names', () => {
    const seats = roomWith('zoe', 'Émile', 'Anna 10', 'Anna 9');
    seats.arrive(somebody('Walter', 'assistant'));
    seats.arrive(somebody('Yves', 'instructor'));
    expect(namesOf(seats)).toEqual(['Yves', 'Walter', 'Anna 9', 'Anna 10', 'Émile', 'zoe']);
  });

  it('finds parts of names, accents and case aside', () => {
    const seats = roomWith('Zoë Ångström', 'Rose', 'Émile Zola');
    expect(namesOf(seats, 'ANG')).toEqual(['Zoë Ångström']);
    expect(namesOf(seats, ' zo')).toEqual(['Émile Zola', 'Zoë Ångström']);
    expect(namesOf(seats, 'nobody')).toEqual([]);
  });

  it('shows connection, stage, invitation and place of the hand, and nothing of who takes part', () => {
    const seats = new SeatsPresent(new FakeClock());
    const sam = somebody('Sam');
    seats.arrive(sam);
    seats.setQuality(sam.seatId, 'fair', null);
    const facts = { onStage: () => true, invited: () => true, handPlaces: new Map([[sam.seatId, 3]]) };
    const { entries, total } = new Roster(seats).page({ search: '', offset: 0, limit: 10 }, facts);
    expect(total).toBe(1);
    expect(entries).toEqual([{ ...sam, connected: true, onStage: true, invited: true, handPlace: 3, quality: 'fair' }]);
  });

  it('follows whoever comes, is lost, goes by another name or leaves', () => {
    const seats = roomWith('Bo');
    const roster = new Roster(seats);
    const page = () => roster.page({ search: '', offset: 0, limit: 9 }, nothing).entries;
    const [bo] = page();
    const al = somebody('Al');
    seats.arrive(al);
    expect(page().map(({ name }) => name)).toEqual(['Al', 'Bo']);
    seats.lose(al.seatId);
    expect(page().map(({ connected }) => connected)).toEqual([false, true]);
    seats.arrive({ ...al, name: 'Cy' });
    expect(page().map(({ name }) => name)).toEqual(['Bo', 'Cy']);
    seats.leave(bo!.seatId);
    expect(page().map(({ name }) => name)).toEqual(['Cy']);
  });

  it('pages without losing or doubling anybody', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 3 })),
        fc.integer({ min: 1, max: 5 }),
        (names, limit) => {
          const seats = roomWith(...names);
          const seen: string[] = [];
          const roster = new Roster(seats);
          for (let offset = 0; ; offset += limit) {
            const { entries, total } = roster.page({ search: '', offset, limit }, nothing);
            expect(total).toBe(names.length);
            if (entries.length === 0) break;
            seen.push(...entries.map(({ seatId }) => seatId));
          }
          expect(new Set(seen).size).toBe(names.length);
          expect(seen).toHaveLength(names.length);
        },
      ),
    );
  });
});

describe('seats present', () => {
  it('know how good a link is, and what it loses, for half a minute after its report, and not once the connection is gone', () => {
    const clock = new FakeClock();
    const seats = new SeatsPresent(clock);
    const sam = somebody('Sam');
    const known = () => [seats.quality(sam.seatId), seats.lossShare(sam.seatId)];
    seats.arrive(sam);
    seats.setQuality(sam.seatId, 'good', 0.01);
    clock.pass(29_999);
    expect(known()).toEqual(['good', 0.01]);
    clock.pass(1);
    expect(known()).toEqual(['unknown', null]);
    seats.setQuality(sam.seatId, 'good', null);
    expect(known()).toEqual(['good', null]);
    seats.setQuality(sam.seatId, 'fair', 0.05);
    seats.lose(sam.seatId);
    expect(known()).toEqual(['unknown', null]);
    seats.arrive(sam);
    expect(known()).toEqual(['unknown', null]);
  });

  it('counts whoever is connected, once, whatever comes and goes', () => {
    const people = [somebody('A'), somebody('B'), somebody('T', 'instructor')];
    const step = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.constantFrom('arrive', 'lose', 'leave', 'expect'));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const seats = new SeatsPresent(new FakeClock());
        for (const [who, what] of steps) {
          const person = people[who]!;
          if (what === 'arrive') seats.arrive(person);
          else if (what === 'expect') seats.expect(person);
          else seats[what](person.seatId);
          const connected = [...seats.all()].filter((seat) => seat.connected);
          expect(seats.connected).toBe(connected.length);
          expect(seats.students).toBe(connected.filter((seat) => seat.person.role === 'student').length);
        }
      }),
    );
  });
});
