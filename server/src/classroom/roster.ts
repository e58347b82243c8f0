import type { ClassRole, RosterEntry, SeatId } from '@lectern/contracts';
import type { SeatsPresent } from './seats-present.ts';

export interface RosterQuery {
  readonly search: string;
  readonly offset: number;
  readonly limit: number;
}

/** What the roster shows of a seat beside its presence. */
export interface RosterFacts {
  onStage(seatId: SeatId): boolean;
  invited(seatId: SeatId): boolean;
  readonly handPlaces: ReadonlyMap<SeatId, number>;
}

const ROLE_ORDER: Readonly<Record<ClassRole, number>> = { instructor: 0, assistant: 1, student: 2 };
const byName = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/** The people in class: staff first, then by name. */
export class Roster {
  readonly #seats: SeatsPresent;
  /** In order, with what a search looks at; null after somebody came or left. */
  #sorted: readonly { readonly seatId: SeatId; readonly key: string }[] | null = null;

  constructor(seats: SeatsPresent) {
    this.#seats = seats;
    seats.on('changed', () => {
      this.#sorted = null;
    });
  }

  /** One page of those whose name has this in it, accents and case aside, and how many there are in all. */
  page({ search, offset, limit }: RosterQuery, facts: RosterFacts): { entries: RosterEntry[]; total: number } {
    const wanted = searchKey(search);
    this.#sorted ??= this.#sort();
    const found = wanted === '' ? this.#sorted : this.#sorted.filter(({ key }) => key.includes(wanted));
    const entries = found.slice(offset, offset + limit).flatMap(({ seatId }) => {
      const seat = this.#seats.get(seatId);
      if (!seat) return [];
      return {
        ...seat.person,
        connected: seat.connected,
        quality: this.#seats.quality(seatId),
        onStage: facts.onStage(seatId),
        invited: facts.invited(seatId),
        handPlace: facts.handPlaces.get(seatId) ?? null,
      };
    });
    return { entries, total: found.length };
  }

  #sort() {
    return [...this.#seats.all()]
      .map(({ person }) => person)
      .sort(
        (a, b) =>
          ROLE_ORDER[a.role] - ROLE_ORDER[b.role] || byName.compare(a.name, b.name) || (a.seatId < b.seatId ? -1 : 1),
      )
      .map(({ seatId, name }) => ({ seatId, key: searchKey(name) }));
  }
}

function searchKey(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
