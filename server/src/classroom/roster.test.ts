import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rosterPage } from './roster.ts';
import { SeatsPresent } from './seats-present.ts';
import { somebody } from './test-people.ts';

const nothing = { onStage: () => false, handPlaces: new Map() };

function roomWith(...names: string[]): SeatsPresent {
  const seats = new SeatsPresent();
  for (const name of names) seats.arrive(somebody(name));
  return seats;
}
const namesOf = (seats: SeatsPresent, search = '') =>
  rosterPage(seats.all(), { search, offset: 0, limit: 100 }, nothing).entries.map(({ name }) => name);

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

  it('shows connection, stage and place of the hand, and nothing of who takes part', () => {
    const seats = new SeatsPresent();
    const sam = somebody('Sam');
    seats.arrive(sam);
    seats.setQuality(sam.seatId, 'fair');
    seats.lose(sam.seatId);
    const facts = { onStage: () => true, handPlaces: new Map([[sam.seatId, 3]]) };
    const { entries, total } = rosterPage(seats.all(), { search: '', offset: 0, limit: 10 }, facts);
    expect(total).toBe(1);
    expect(entries).toEqual([{ ...sam, connected: false, onStage: true, handPlace: 3, quality: 'unknown' }]);
  });

  it('pages without losing or doubling anybody', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 3 })),
        fc.integer({ min: 1, max: 5 }),
        (names, limit) => {
          const seats = roomWith(...names);
          const seen: string[] = [];
          for (let offset = 0; ; offset += limit) {
            const { entries, total } = rosterPage(seats.all(), { search: '', offset, limit }, nothing);
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
  it('counts whoever is connected, once, whatever comes and goes', () => {
    const people = [somebody('A'), somebody('B'), somebody('T', 'instructor')];
    const step = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.constantFrom('arrive', 'lose', 'leave', 'expect'));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const seats = new SeatsPresent();
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
