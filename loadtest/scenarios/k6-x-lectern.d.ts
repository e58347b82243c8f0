/** What loadtest/extension adds to k6: real participants of a Lectern class, many to one VU. */
declare module 'k6/x/lectern' {
  /** Which class. */
  export interface ClassToJoin {
    /** Of the server, such as http://127.0.0.1:8080. */
    readonly origin: string;
    /** As it stands in the class's link. */
    readonly joinCode: string;
    /** Lifts the limits by address. */
    readonly token?: string;
  }

  /** A place in a class. */
  export interface Seat {
    readonly classId: string;
    readonly seatId: string;
    readonly seatSecret: string;
  }

  export interface Teaching {
    readonly seat: Seat;
    /** Milliseconds of sound in a packet; 0 or left out: what the server asks for. */
    readonly ptimeMs?: number;
    /** Of a camera, in kbit/s; 0 or left out: none. */
    readonly videoKbps?: number;
  }

  /** A class that is taught. */
  export interface Lesson {
    /** How many students of this process are connected now. */
    present(): number;
    /** Who had the largest share of sound lost or late. */
    worst(): { name: string; lostShare: number; maxLateMs: number };
    /** Emits the last figures and lets the instructor go. */
    end(): void;
  }

  /**
   * Lets the instructor enter, start the class and publish for as long as the iteration runs; from then on the figures of the whole
   * class are emitted once a second. Throws where that fails.
   */
  export function teach(of: ClassToJoin, options: Teaching): Lesson;

  export interface CrowdOptions {
    /** Share of the students who send a score for each window, in 0..1. */
    readonly contribute?: number;
    /** Share of the students who receive pictures, in 0..1. */
    readonly video?: number;
    /** Of their names. */
    readonly prefix?: string;
    /** Tag of `lectern_audio_loss_of`, for what these students hear by themselves. */
    readonly people?: string;
  }

  /** Students who come and go together. */
  export class Crowd {
    constructor(of: ClassToJoin, options: CrowdOptions);
    /** Lets so many come evenly over this many seconds; gives how many joined when each has joined or failed. */
    enter(count: number, overSeconds: number): number;
    /** Lets so many come and as many go each second, for this many seconds. */
    churn(perSecond: number, forSeconds: number): void;
    /** Lets everybody go. */
    leave(): void;
    /** How many are in now. */
    size(): number;
  }

  /** The failures so far, by what they said. */
  export function count(of: ClassToJoin): Record<string, number>;
}
