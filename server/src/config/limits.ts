import { MOST_PEOPLE_IN_A_CLASS } from '@lectern/contracts';
import { z } from 'zod';
import type { PerAddress } from '../http/address-limits.ts';
import { wholeNumber } from './whole-number.ts';

/** Every limit that can be set; the table in docs/operations.md says what each is for. */
export const limitKeys = {
  LECTERN_ADMISSIONS_AT_ONCE: wholeNumber(1, 10_000)
    .optional()
    .describe(
      'How many people may be on their way into a class at the same time, between their first sight of it and their first sound; ' +
        'the others see their place in the queue. Without it: 48 for each media worker to begin with, then as many as the server keeps up with.',
    ),
  LECTERN_ADMISSION_HOLD_MS: wholeNumber(500, 60_000)
    .default(4_000)
    .describe('Milliseconds for which somebody counts as on the way in, whose page opens no media.'),
  LECTERN_MAX_PEOPLE_PER_CLASS: wholeNumber(1, MOST_PEOPLE_IN_A_CLASS)
    .default(2_000)
    .describe(
      'Students in one class at the same time, those included who wait at its door, and those whose connection was lost less than 30 seconds ago. Further ones are asked to try again; whoever teaches is let in all the same.',
    ),
  LECTERN_SOCKETS_PER_ADDRESS: wholeNumber(16, 10_000_000)
    .default(16_000)
    .describe(
      'TCP connections from one address at the same time, whatever for: a browser that loads the pages has up to six, and one of a class. Without effect where LECTERN_TRUSTED_PROXIES is set: there all of them are the proxy’s.',
    ),
  LECTERN_CONNECTIONS_PER_ADDRESS: wholeNumber(1, 1_000_000)
    .default(4_000)
    .describe(
      'Connections of classes from one address (of IPv6: one /64 network) at the same time. A campus may be behind one address: one for each person in a class.',
    ),
  LECTERN_SEATS_PER_ADDRESS: wholeNumber(1, 1_000_000)
    .default(4_000)
    .describe(
      'New guests from one address (of IPv6: one /56 site) in one class within an hour. Enough for everybody of a class behind one address, and once more.',
    ),
  LECTERN_REQUESTS_PER_ADDRESS: wholeNumber(10, 10_000_000)
    .default(24_000)
    .describe(
      'Requests to /api from one address within a minute, and as many new connections of classes, which are counted apart. A page that joins asks some six times; pages and files do not count.',
    ),
  LECTERN_WRONG_HANDSHAKES_PER_ADDRESS: wholeNumber(1, 1_000_000)
    .default(1_000)
    .describe('Connections with a wrong seat from one address within a quarter of an hour.'),
  LECTERN_HANDSHAKES_AT_ONCE: wholeNumber(1, 10_000)
    .default(400)
    .describe('New connections whose seat is looked up at the same time; addresses take turns.'),
  LECTERN_HANDSHAKES_WAITING: wholeNumber(1, 1_000_000)
    .default(5_000)
    .describe('New connections that wait for that; further ones are asked to come again.'),
  LECTERN_HANDSHAKE_MS: wholeNumber(1_000, 120_000)
    .default(10_000)
    .describe('Milliseconds that a connection has to say who it is.'),
  LECTERN_CONNECTIONS_PER_SEAT: wholeNumber(4, 10_000)
    .default(10)
    .describe('New connections of one seat at once; a tenth as many in each second after that.'),
  LECTERN_MESSAGES_PER_SEAT: wholeNumber(60, 10_000)
    .default(80)
    .describe(
      'Messages of one seat at once; a quarter as many in each second after that. At least 60: a page that comes in, goes on the stage and is loaded again sends some fifty.',
    ),
  LECTERN_REFUSALS_PER_SEAT: wholeNumber(10, 10_000)
    .default(200)
    .describe(
      'Messages of one seat that may be refused at once before its connection is ended; a tenth as many in each second after that.',
    ),
  LECTERN_COSTLY_MESSAGES_PERCENT: wholeNumber(50, 1_000)
    .default(100)
    .describe(
      'Messages that cost more than an answer from memory (chat, hands, reactions, rosters, what to receive), in percent of what docs/protocol.md says. At least 50: with fewer, a page that is loaded again would wait for its own media.',
    ),
  LECTERN_TRANSPORTS_PER_SEAT: wholeNumber(6, 1_000)
    .default(12)
    .describe(
      'Media links that one seat may open at once, one in the place of the other; a twenty-fourth as many in each second after that. At least 6: a page that goes on the stage and is loaded again opens six.',
    ),
  LECTERN_PRODUCERS_PER_SEAT: wholeNumber(6, 1_000)
    .default(12)
    .describe(
      'Microphones, cameras and screens that one seat may publish at once, one in the place of the other; a twenty-fourth as many in each second after that. At least 6: a page on the stage that is loaded again publishes six.',
    ),
  LECTERN_CHAT_LINES_PER_CLASS: wholeNumber(20, 1_000_000)
    .default(2_000)
    .describe(
      'Lines of the chat that the students of one class may write at once; a twentieth as many in each second after that. Enough for one of everybody in a full class, then for ten times what a lively one writes. Whoever teaches writes all the same.',
    ),
  LECTERN_BYTES_PER_CONNECTION: wholeNumber(65_536, 1_073_741_824)
    .default(1_048_576)
    .describe('Bytes that one connection of a class may send at once; an eighth as many in each second after that.'),
  LECTERN_UNREAD_BYTES_PER_CONNECTION: wholeNumber(262_144, 16_777_216)
    .default(262_144)
    .describe(
      'Bytes that wait for a page which reads slowly before it is told no more of the class, and given a snapshot once it has read. At eight times as many its connection is cut. At least 262,144: a snapshot with fifty long lines of chat takes nearly so much.',
    ),
  LECTERN_UNREAD_MS: wholeNumber(5_000, 600_000)
    .default(30_000)
    .describe(
      'Milliseconds after which the connection of such a page is cut that has not read by then; it comes back by itself.',
    ),
  LECTERN_STAGE_BYTES_PER_SECOND: wholeNumber(250_000, 125_000_000)
    .default(2_000_000)
    .describe(
      'Bytes a second that a seat’s links from the stage may bring before they are cut, and half as many at once. Browsers are asked to keep to half of it.',
    ),
  LECTERN_AUDIENCE_BYTES_PER_SECOND: wholeNumber(15_000, 1_000_000)
    .default(30_000)
    .describe(
      'Bytes a second that any other media link may bring before it is cut, and twice as many at once. Reports of what was received are 3,000 a second at most; to ask again for a tenth of eight pictures takes some 11,000 more.',
    ),
  LECTERN_AUDIO_PACKETS_PER_SECOND: wholeNumber(200, 100_000)
    .default(400)
    .describe(
      'Packets a second that a microphone may send before its link is cut, and half as many at once. Opus makes 100 at most.',
    ),
  LECTERN_VIDEO_PACKETS_PER_SECOND: wholeNumber(1_000, 1_000_000)
    .default(4_000)
    .describe(
      'Packets a second that a camera or a shared screen may send before its link is cut, and half as many at once. 8 Mbit/s are some 900.',
    ),
  LECTERN_DATAGRAMS_PER_SECOND: wholeNumber(48, 10_000)
    .default(240)
    .describe(
      'Datagrams of the signal that one seat may send within a second before its channel is cut. A page sends one in five seconds, and after an outage 24 at once.',
    ),
  LECTERN_FLOOD_BAR_MS: wholeNumber(1_000, 3_600_000)
    .default(60_000)
    .describe('Milliseconds for which a student whose link was cut opens no other one of its kind.'),
  LECTERN_EARLY_MESSAGES: wholeNumber(1, 80)
    .default(8)
    .describe('Messages that a page may send before it sees the class.'),
  LECTERN_EARLY_BYTES: wholeNumber(1_024, 1_048_576)
    .default(8_192)
    .describe('Bytes of the messages that a page sends before it sees the class.'),
  LECTERN_JOINS_PER_ACCOUNT: wholeNumber(1, 100_000)
    .default(60)
    .describe('How often one account may sit down in classes within ten minutes.'),
  LECTERN_WRONG_PASSWORDS_PER_DEVICE: wholeNumber(1, 10_000)
    .default(8)
    .describe(
      'Wrong passwords for one account within a quarter of an hour, from a browser that signed in before, and from one address.',
    ),
  LECTERN_WRONG_PASSWORDS_PER_ACCOUNT: wholeNumber(1, 100_000)
    .default(60)
    .describe('Wrong passwords for one account within an hour, from wherever it has not signed in before.'),
  LECTERN_WRONG_PASSWORDS_PER_ADDRESS: wholeNumber(1, 1_000_000)
    .default(200)
    .describe('Wrong passwords from one address within a quarter of an hour, for whichever accounts.'),
  LECTERN_WRONG_TOKENS_PER_ADDRESS: wholeNumber(1, 1_000_000)
    .default(20)
    .describe(
      'Wrong tokens of load tests, and counted apart of metrics, from one address within a quarter of an hour. Whoever has the right one is let through all the same.',
    ),
  LECTERN_NEW_ACCOUNTS_PER_ADDRESS: wholeNumber(1, 1_000_000)
    .default(100)
    .describe('Accounts made from one address within ten minutes.'),
  LECTERN_EMAIL_CHANGES_PER_ACCOUNT: wholeNumber(1, 1_000)
    .default(10)
    .describe('How often one account may change its e-mail within an hour.'),
  LECTERN_REQUEST_BYTES: wholeNumber(16_384, 16_777_216)
    .default(65_536)
    .describe('Size of a request to /api, in bytes.'),
  LECTERN_REQUEST_MS: wholeNumber(1_000, 600_000)
    .default(30_000)
    .describe('Milliseconds that a client has to set up TLS, and to send a request.'),
  LECTERN_PIPELINED_REQUESTS: wholeNumber(1, 1_000)
    .default(16)
    .describe('Requests of one connection that wait for their answer at the same time.'),
};

const limitsSchema = z.object(limitKeys);

/** New seats of guests in one class within an hour, for each student that it takes. */
const SEATS_PER_PLACE = 10;

/** What an account, or somebody who guesses at one, may do. */
export interface AccountLimits {
  readonly joins: number;
  readonly wrongPasswordsOfDevice: number;
  readonly wrongPasswordsOfAccount: number;
  readonly wrongPasswordsOfAddress: number;
  readonly newOfAddress: number;
  readonly emailChanges: number;
}

/** What one connection, or one seat, may do; of those that come back by and by, how many at once. */
export interface SignallingLimits {
  readonly handshakes: { readonly atOnce: number; readonly waiting: number; readonly withinMs: number };
  readonly early: { readonly messages: number; readonly bytes: number };
  readonly arrivals: number;
  readonly messages: number;
  readonly refusals: number;
  /** Of what the kinds of messages that cost more are allowed. */
  readonly costlyPercent: number;
  readonly transports: number;
  readonly producers: number;
  /** Of the students of one class, all together. */
  readonly chatLines: number;
  readonly bytes: number;
  readonly unread: UnreadLimits;
}

/** What may wait for one connection that reads slowly: so many bytes until it hears no more of the class, and for how long. */
export interface UnreadLimits {
  readonly bytes: number;
  readonly withinMs: number;
}

/** What one media link may bring before it is cut, and for how long its student opens no other one of its kind. */
export interface FloodLimits {
  readonly stageBytesPerSecond: number;
  /** Of a link to receive or for the signal. */
  readonly audienceBytesPerSecond: number;
  readonly audioPacketsPerSecond: number;
  readonly videoPacketsPerSecond: number;
  /** Of the signal, from one seat. */
  readonly datagramsPerSecond: number;
  readonly barMs: number;
}

/** What one request may be. */
export interface RequestLimits {
  readonly bytes: number;
  readonly withinMs: number;
  readonly pipelined: number;
}

/** Every limit as the parts of the server take it. */
export interface Limits {
  readonly door: {
    /** Null: as many as workers and event loop take. */
    readonly admissionsAtOnce: number | null;
    readonly admissionHoldMs: number;
    readonly studentsPerClass: number;
  };
  readonly perAddress: PerAddress;
  readonly accountLimits: AccountLimits;
  /** Wrong tokens of load tests, and counted apart of metrics, within a quarter of an hour. */
  readonly wrongTokensOfAddress: number;
  readonly signallingLimits: SignallingLimits;
  readonly floodLimits: FloodLimits;
  readonly requestLimits: RequestLimits;
}

/** The limits of a configuration that was read. */
export function limitsOf(values: z.output<typeof limitsSchema>): Limits {
  return {
    door: {
      admissionsAtOnce: values.LECTERN_ADMISSIONS_AT_ONCE ?? null,
      admissionHoldMs: values.LECTERN_ADMISSION_HOLD_MS,
      studentsPerClass: values.LECTERN_MAX_PEOPLE_PER_CLASS,
    },
    perAddress: {
      sockets: values.LECTERN_SOCKETS_PER_ADDRESS,
      connections: values.LECTERN_CONNECTIONS_PER_ADDRESS,
      seats: values.LECTERN_SEATS_PER_ADDRESS,
      seatsOfClass: SEATS_PER_PLACE * values.LECTERN_MAX_PEOPLE_PER_CLASS,
      requests: values.LECTERN_REQUESTS_PER_ADDRESS,
      wrongHandshakes: values.LECTERN_WRONG_HANDSHAKES_PER_ADDRESS,
    },
    accountLimits: {
      joins: values.LECTERN_JOINS_PER_ACCOUNT,
      wrongPasswordsOfDevice: values.LECTERN_WRONG_PASSWORDS_PER_DEVICE,
      wrongPasswordsOfAccount: values.LECTERN_WRONG_PASSWORDS_PER_ACCOUNT,
      wrongPasswordsOfAddress: values.LECTERN_WRONG_PASSWORDS_PER_ADDRESS,
      newOfAddress: values.LECTERN_NEW_ACCOUNTS_PER_ADDRESS,
      emailChanges: values.LECTERN_EMAIL_CHANGES_PER_ACCOUNT,
    },
    wrongTokensOfAddress: values.LECTERN_WRONG_TOKENS_PER_ADDRESS,
    signallingLimits: {
      handshakes: {
        atOnce: values.LECTERN_HANDSHAKES_AT_ONCE,
        waiting: values.LECTERN_HANDSHAKES_WAITING,
        withinMs: values.LECTERN_HANDSHAKE_MS,
      },
      early: { messages: values.LECTERN_EARLY_MESSAGES, bytes: values.LECTERN_EARLY_BYTES },
      arrivals: values.LECTERN_CONNECTIONS_PER_SEAT,
      messages: values.LECTERN_MESSAGES_PER_SEAT,
      refusals: values.LECTERN_REFUSALS_PER_SEAT,
      costlyPercent: values.LECTERN_COSTLY_MESSAGES_PERCENT,
      transports: values.LECTERN_TRANSPORTS_PER_SEAT,
      producers: values.LECTERN_PRODUCERS_PER_SEAT,
      chatLines: values.LECTERN_CHAT_LINES_PER_CLASS,
      bytes: values.LECTERN_BYTES_PER_CONNECTION,
      unread: { bytes: values.LECTERN_UNREAD_BYTES_PER_CONNECTION, withinMs: values.LECTERN_UNREAD_MS },
    },
    floodLimits: {
      stageBytesPerSecond: values.LECTERN_STAGE_BYTES_PER_SECOND,
      audienceBytesPerSecond: values.LECTERN_AUDIENCE_BYTES_PER_SECOND,
      audioPacketsPerSecond: values.LECTERN_AUDIO_PACKETS_PER_SECOND,
      videoPacketsPerSecond: values.LECTERN_VIDEO_PACKETS_PER_SECOND,
      datagramsPerSecond: values.LECTERN_DATAGRAMS_PER_SECOND,
      barMs: values.LECTERN_FLOOD_BAR_MS,
    },
    requestLimits: {
      bytes: values.LECTERN_REQUEST_BYTES,
      withinMs: values.LECTERN_REQUEST_MS,
      pipelined: values.LECTERN_PIPELINED_REQUESTS,
    },
  };
}

/** What holds where nothing is set. */
export const DEFAULT_LIMITS = limitsOf(limitsSchema.parse({}));
