import { JURISDICTIONS } from '@lectern/contracts';
import type { Institution, InstitutionChange, Jurisdiction, SignalMode } from '@lectern/contracts';
import type { Database } from '../store/database.ts';

interface InstitutionRow {
  readonly responsible_body: string;
  readonly contact: string;
  readonly jurisdiction: string;
  readonly signal_mode: SignalMode;
}

/** The institution's rules, read once and kept, so that they can be asked for on every message. */
export class InstitutionRules {
  readonly #fixedMode: SignalMode | null;
  #current: Institution;

  private constructor(fixedMode: SignalMode | null, row: InstitutionRow | undefined) {
    this.#fixedMode = fixedMode;
    this.#current = toInstitution(row, fixedMode);
  }

  /** Reads the rules. `fixedMode` is LECTERN_SIGNAL: it wins over what the institution chose. */
  static async read(database: Database, fixedMode: SignalMode | null): Promise<InstitutionRules> {
    const [row] = await database.query<InstitutionRow>('select * from institution');
    return new InstitutionRules(fixedMode, row);
  }

  /** The rules as everybody may read them. */
  current(): Institution {
    return this.#current;
  }

  /** Writes rules in the caller's transaction. They hold once they are adopted, which is for after the commit. */
  async write(change: InstitutionChange, at: Date, database: Database): Promise<Institution> {
    const [row] = await database.query<InstitutionRow>(
      `insert into institution (responsible_body, contact, jurisdiction, signal_mode, changed_at)
       values ($1, $2, $3, $4, $5)
       on conflict (only_row) do update set responsible_body = excluded.responsible_body, contact = excluded.contact,
         jurisdiction = excluded.jurisdiction, signal_mode = excluded.signal_mode, changed_at = excluded.changed_at
       returning *`,
      [change.responsibleBody, change.contact, change.jurisdiction, change.signalMode, at],
    );
    return toInstitution(row, this.#fixedMode);
  }

  /** Lets rules that were written, and are committed, hold from now on. */
  adopt(written: Institution): Institution {
    this.#current = written;
    return written;
  }
}

function toInstitution(row: InstitutionRow | undefined, fixedMode: SignalMode | null): Institution {
  const jurisdiction = knownJurisdiction(row?.jurisdiction);
  const signalMode = fixedMode ?? row?.signal_mode ?? 'off';
  const allowed = JURISDICTIONS[jurisdiction];
  return {
    setUp: row !== undefined,
    responsibleBody: row?.responsible_body ?? '',
    contact: row?.contact ?? '',
    jurisdiction,
    signalMode,
    signalFixed: fixedMode !== null,
    // Nobody is asked for anything before it is known who answers for it.
    permitted: {
      device: row !== undefined && signalMode !== 'off' && allowed.device,
      cohort: row !== undefined && signalMode === 'cohort' && allowed.cohort,
    },
  };
}

/** A jurisdiction that the table no longer lists is one whose law we do not know. */
function knownJurisdiction(stored: string | undefined): Jurisdiction {
  return stored !== undefined && stored in JURISDICTIONS ? (stored as Jurisdiction) : 'other';
}
