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
    /** Milliseconds of sound in a packet, 20 or 60; 0 or left out: what the server asks for. */
    readonly ptimeMs?: number;
    /** How the doors stand before the start, where students are to wait for it: `start()` starts then. Left out: the class starts at once. */
    readonly doors?: 'closed' | 'open';
    /** Of the largest pictures of a camera, in kbit/s; two smaller ones go out beside them, as from the web client. 0 or left out: none. */
    readonly videoKbps?: number;
  }

  /** What one participant met. */
  export interface Worst {
    readonly name: string;
    /** In 0..1. */
    readonly lostShare: number;
    readonly maxLateMs: number;
  }

  /** A class that is taught. */
  export interface Lesson {
    /** Starts the class and publishes, where students waited for that. Throws where it fails. */
    start(): void;
    /** How many students of this process are connected now. */
    present(): number;
    /** Who had the largest share of sound lost or late, of those who want to hear. */
    worst(): Worst;
    /** The same of the unruly; null where there were none. */
    worstUnruly(): Worst | null;
    /** Invites whoever raised a hand first; false where no hand is up or no place is free. */
    invite(): boolean;
    /** Emits the last figures and lets the instructor go. */
    end(): void;
  }

  /**
   * Lets the instructor enter, start the class (or wait with it) and publish for as long as the iteration runs; from then on the figures of the
   * whole class are emitted once a second. Throws where that fails.
   */
  export function teach(of: ClassToJoin, options: Teaching): Lesson;

  export interface CrowdOptions {
    /** Share of the students who send a score for each window, in 0..1. */
    readonly contribute?: number;
    /** Share of the students who receive pictures, in 0..1: of a camera the size that a page with one large tile asks for. */
    readonly video?: number;
    /** Of their names. */
    readonly prefix?: string;
    /** Their figures carry it as the tag `group`, beside those of all students together, which carry none. */
    readonly group?: string;
    /** Whether they accept invitations to the stage. */
    readonly onStage?: boolean;
    /** Their kernels keep next to nothing of what they did not read yet: for `stopReading`. */
    readonly slowReaders?: boolean;
    /** Whether they harm themselves on purpose, as by a flood: the worst participant, and what signalling brings to each, are told without them, and of them apart. */
    readonly unruly?: boolean;
    /** The network that their media go through; left out: none but the machine's own. */
    readonly through?: BadNetwork;
  }

  /** What a relay in front of the server does to each packet, each way. */
  export interface BadNetwork {
    /** In 0..1. */
    readonly lossShare?: number;
    readonly delayMs?: number;
    /** On top, evenly from zero up. */
    readonly jitterMs?: number;
    /** 0 or left out: unbounded. */
    readonly kbps?: number;
    readonly seed?: number;
  }

  /** How much students do, all together. */
  export interface Acts {
    readonly chatsPerSecond?: number;
    readonly handsPerSecond?: number;
    readonly reactionsPerSecond?: number;
    /** Of a line; left out: 80. */
    readonly chatCharacters?: number;
  }

  /**
   * What somebody sends far more of than any page. `frames`: questions over signalling, as pages ask them. `packets`: sealed RTP of 1,000 bytes
   * over the link for receiving. `datagrams`: scores over the data channel of those who contribute. `garbage`: what nothing is made of, over all
   * three, and to the media port past every protocol.
   */
  export type Flood = 'frames' | 'packets' | 'datagrams' | 'garbage';

  /** Students who come and go together. */
  export class Crowd {
    constructor(of: ClassToJoin, options: CrowdOptions);
    /** Lets so many come evenly over this many seconds; gives how many joined when each has joined or failed. */
    enter(count: number, overSeconds: number): number;
    /** Takes so many seats over this many seconds, for those who enter later; gives how many there are. */
    sit(count: number, overSeconds: number): number;
    /** Lets so many come and as many go each second, for this many seconds. */
    churn(perSecond: number, forSeconds: number): void;
    /** Lets students chat, raise and lower hands, and react, for this many seconds. */
    act(acts: Acts, forSeconds: number): void;
    /** Lets so many raise a hand, one after the other; gives how many did. */
    raiseHands(count: number): number;
    /** How many publish from the stage now. */
    onStage(): number;
    /** Lets whoever is on the stage go back to the audience. */
    leaveStage(): void;
    /**
     * Leaves unread what signalling brings, for this many seconds, asking for pages of the chat all the while, and reads on then. With
     * fifty lines of 2,000 characters in the chat some four seconds are more than the server keeps; it ends a connection that has not
     * answered its ping for ten.
     */
    stopReading(forSeconds: number): void;
    /** Lets everybody change the network, over this many seconds: new addresses for media, signalling cut off without a word. Gives how many did. */
    roam(overSeconds: number): number;
    /**
     * Lets everybody send so much of it a second, for this many seconds; gives how many the server cut. Whoever is cut comes back and goes on; a link
     * that was cut stays barred for a minute.
     */
    flood(of: Flood, perSecond: number, forSeconds: number): number;
    /** Lets so many go without a word; gives how many did. */
    vanish(count: number): number;
    /** Watches those who are in now. A student is in one watch at a time: the newest. */
    watch(): Watch;
    /** Lets everybody go. */
    leave(): void;
    /** How many are in now. */
    size(): number;
  }

  /** What some people heard between two moments. */
  export interface Heard {
    /** Those of whom something was counted. */
    readonly people: number;
    /** Of sound, that should have come to them together. Where it is 0 the others say nothing. */
    readonly packets: number;
    /** In 0..1. */
    readonly lossShare: number;
    /** Of all packets of sound. */
    readonly latenessP999Ms: number;
  }

  /** What each of a crowd hears from a moment on. */
  export interface Watch {
    /** Counts anew from now on; who was disturbed since the watch began stays so. */
    fromNow(): void;
    /** How many do not hear: nothing came since the count began, or since they were last disturbed, or for a second. */
    silent(): number;
    heard(): Heard;
    /** The same of those whose media and connection were not made anew since the watch began. */
    heardByUndisturbed(): Heard;
    /** How many had their media or connection made anew who received through another of the server's ports than this one when the watch began. */
    disturbedElsewhere(port: number): number;
    /** How long after the count began the teacher published anew; null where that did not happen. */
    stageAwayMs(): number | null;
    /** How long those of the crowd heard nothing, p95, whose sound began anew since the count began; null where nobody's did. */
    outageP95Ms(): number | null;
    /**
     * Asks the server again about every score that it had called stored when the watch began, once their windows are closed, for so many
     * seconds at most. `missing` are those that it has no more, or says nothing of. Scores older than 110 s are left out.
     */
    recount(withinSeconds: number): { asked: number; missing: number };
  }

  /** How many students of this process are connected now. */
  export function present(of: ClassToJoin): number;

  /** The server's UDP ports that a class goes through: each media worker has one. */
  export interface MediaPorts {
    /** Where the teacher publishes; 0 while nobody does. */
    readonly stage: number;
    /** How many students receive through each. */
    readonly listeners: readonly { readonly port: number; readonly people: number }[];
  }

  /** Those of now. */
  export function mediaPorts(of: ClassToJoin): MediaPorts;

  /** What a class heard since the last look. */
  export interface Look {
    readonly present: number;
    /** In 0..1. */
    readonly lossShare: number;
    readonly latenessP999Ms: number;
    /** How late the generator itself was to send: p99 of the source that was latest. */
    readonly sendLatenessP99Ms: number;
    /** From the WebSocket to the first packet, of those who came; null where nobody did. */
    readonly joinP95Ms: number | null;
    /** Connections that were lost. */
    readonly disconnects: number;
    /** Media links of students and teacher that the server or the path ended. */
    readonly linksEnded: number;
    /** Students who hear nothing now. */
    readonly deaf: number;
  }

  /** Looks at the class; the next look tells what was since. */
  export function look(of: ClassToJoin): Look;

  /** Keeps what everybody who is in, the instructor included, was told of chat and hands; gives how many people, lines and hands that were. */
  export function remember(of: ClassToJoin): { people: number; lines: number; hands: number };

  /** How many of those did not come back to the same lines and the same hands in the same order, or did not come back. */
  export function differing(of: ClassToJoin): number;

  /** The failures so far, by what they said. */
  export function count(of: ClassToJoin): Record<string, number>;
}
