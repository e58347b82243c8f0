import type { ClassRole, RosterEntry, SeatId } from '@lectern/contracts';
import type { SeatPresent } from './seats-present.ts';

export interface RosterQuery {
  readonly search: string;
  readonly offset: number;
  readonly limit: number;
}

/** What the roster shows of a seat beside its presence. */
export interface RosterFacts {
  onStage(seatId: SeatId): boolean;
  readonly handPlaces: ReadonlyMap<SeatId, number>;
}

const ROLE_ORDER: Readonly<Record<ClassRole, number>> = { instructor: 0, assistant: 1, student: 2 };
const byName = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/** One page of the people in class: staff first, then by name. A search finds parts of names, accents aside. */
export function rosterPage(
  seats: Iterable<SeatPresent>,
  { search, offset, limit }: RosterQuery,
  facts: RosterFacts,
): { entries: RosterEntry[]; total: number } {
  const wanted = searchKey(search);
  const found = [...seats].filter(({ person }) => wanted === '' || searchKey(person.name).includes(wanted));
  found.sort(
    (a, b) =>
      ROLE_ORDER[a.person.role] - ROLE_ORDER[b.person.role] ||
      byName.compare(a.person.name, b.person.name) ||
      (a.person.seatId < b.person.seatId ? -1 : 1),
  );
  const entries = found.slice(offset, offset + limit).map(({ person, connected, quality }) => ({
    ...person,
    connected,
    quality,
    onStage: facts.onStage(person.seatId),
    handPlace: facts.handPlaces.get(person.seatId) ?? null,
  }));
  return { entries, total: found.length };
}

function searchKey(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
