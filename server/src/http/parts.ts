import type { ClassId, SeatId, SignalMode } from '@lectern/contracts';
import type { Logger } from 'pino';
import { RecordWriter } from '../class-records/record-writer.ts';
import type { AccountLimits } from '../config/limits.ts';
import { ClassDirectory } from '../courses/class-directory.ts';
import { Courses } from '../courses/courses.ts';
import { Invitations } from '../courses/invitations.ts';
import { LoadTests } from '../courses/load-tests.ts';
import type { LoadTestNews } from '../courses/load-tests.ts';
import { Seats } from '../courses/seats.ts';
import type { ErasedSeat } from '../identity/account-records.ts';
import { Accounts } from '../identity/accounts.ts';
import { InstitutionRules } from '../identity/institution-rules.ts';
import type { LoadToken } from '../identity/load-token.ts';
import { PasswordResets } from '../identity/password-resets.ts';
import { Sessions } from '../identity/sessions.ts';
import type { ShutSeat } from '../identity/sessions.ts';
import { SetUpLink } from '../identity/set-up-link.ts';
import type { Operations } from '../operations/operations.ts';
import type { Database } from '../store/database.ts';
import type { AddressLimits } from './address-limits.ts';

/** What the routes work with. */
export interface HttpParts {
  readonly database: Database;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly passwordResets: PasswordResets;
  readonly setUpLink: SetUpLink;
  readonly institution: InstitutionRules;
  readonly courses: Courses;
  readonly invitations: Invitations;
  readonly classes: ClassDirectory;
  readonly seats: Seats;
  readonly loadToken: LoadToken;
  readonly loadTests: LoadTests;
  readonly now: () => Date;
  readonly logger: Logger;
  /** Origin of the links that we hand out, e.g. `https://class.example.org`. */
  readonly publicUrl: () => string;
  /** Plain-word warnings of the start, shown at the set-up. */
  readonly warnings: () => readonly string[];
  /** What operators and their programs see and do. */
  readonly operations: Operations;
  readonly news: News;
  /** Whether a page is connected to the class on this seat. */
  readonly isConnected: (classId: ClassId, seatId: SeatId) => boolean;
  readonly accountLimits: AccountLimits;
  /** What one network may do. */
  readonly addressLimits: AddressLimits;
}

/** What the live classes are told once it is saved. What goes wrong in telling is logged: the answer is that of the saving. */
export interface News extends LoadTestNews {
  /** A class was planned anew: people in it learn of the change. */
  readonly classChanged: (classId: ClassId) => Promise<void>;
  /** A class was taken back: people who wait learn of it. */
  readonly classCancelled: (classId: ClassId) => Promise<void>;
  /** An account was erased: its seats leave the classes that run, and figures of erased classes go too. */
  readonly accountErased: (seats: readonly ErasedSeat[]) => Promise<void>;
  /** Somebody signed out, a password or e-mail was changed or a membership ended: whoever sits on these seats was signed out by that. */
  readonly seatsShut: (seats: readonly ShutSeat[]) => Promise<void>;
  readonly institutionChanged: () => Promise<void>;
}

interface Ground {
  readonly database: Database;
  readonly now: () => Date;
  readonly logger: Logger;
  /** LECTERN_SIGNAL; null: the institution decides. */
  readonly signalMode: SignalMode | null;
  readonly loadToken: LoadToken;
  /** As many students as are let into one class. */
  readonly studentsPerClass: number;
}

/** Makes identity and courses on a migrated database. */
export async function createParts(
  { database, now, logger, signalMode, loadToken, studentsPerClass }: Ground,
  {
    news,
    ...rest
  }: Pick<
    HttpParts,
    'publicUrl' | 'warnings' | 'operations' | 'news' | 'isConnected' | 'addressLimits' | 'accountLimits'
  >,
): Promise<HttpParts> {
  const accounts = new Accounts(database, now, rest.accountLimits);
  const sessions = new Sessions(database, now);
  const classes = new ClassDirectory(database);
  const told = logFailures(news, logger);
  return {
    database,
    accounts,
    sessions,
    passwordResets: new PasswordResets(database, accounts, sessions, now),
    setUpLink: new SetUpLink(),
    institution: await InstitutionRules.read(database, signalMode),
    courses: new Courses(database, classes, studentsPerClass, now),
    invitations: new Invitations(database, accounts, now),
    classes,
    loadToken,
    loadTests: new LoadTests({
      database,
      now,
      logger,
      news: told,
      requireStarts: () => rest.operations.drain.requireStarts(),
    }),
    seats: new Seats(database, classes, new RecordWriter(database, logger)),
    now,
    logger,
    news: told,
    ...rest,
  };
}

function logFailures(news: News, logger: Logger): News {
  const logged =
    <Told extends unknown[]>(tell: (...told: Told) => Promise<void>) =>
    async (...told: Told) => {
      try {
        await tell(...told);
      } catch (error) {
        logger.error({ err: error }, 'a change was saved, but running classes could not be told of it');
      }
    };
  return {
    classChanged: logged(news.classChanged),
    classCancelled: logged(news.classCancelled),
    accountErased: logged(news.accountErased),
    seatsShut: logged(news.seatsShut),
    institutionChanged: logged(news.institutionChanged),
    loadTestEnds: logged(news.loadTestEnds),
    figuresToErase: logged(news.figuresToErase),
  };
}
