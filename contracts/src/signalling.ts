import { z } from 'zod';
import { chatLinesFields, chatSettingsSchema, MAX_CHAT_CHARACTERS } from './chat.ts';
import {
  CLASS_STATUSES,
  CONNECTION_QUALITIES,
  MEDIA_SOURCES,
  PERMISSIONS,
  personSchema,
  REACTIONS,
  classCardSchema,
} from './class.ts';
import { wireErrorSchema } from './errors.ts';
import { freeTextSchema, searchTextSchema } from './free-text.ts';
import { institutionSchema } from './http.ts';
import { seatIdSchema, classIdSchema, tokenSchema } from './identity.ts';
import {
  audioPtimeSchema,
  consumerOfferSchema,
  dtlsParametersSchema,
  iceParametersSchema,
  rtpCapabilitiesSchema,
  rtpParametersSchema,
  sctpStreamParametersSchema,
  sheddingSchema,
  transportOptionsSchema,
} from './media.ts';
import { classEventSchema, pacingSchema, participationMinuteSchema } from './pacing.ts';
import { handsSchema } from './raised-hands.ts';
import type { ClassAction } from './roles.ts';

/**
 * Signalling: socket.io over WebSocket only, path /signal. One union per direction; both travel as the event `message`.
 * A client message is answered by an acknowledgement `{ok: true, result}` or `{ok: false, error}`.
 */
export const PROTOCOL_VERSION = 2;
export const SIGNALLING_PATH = '/signal';
/** Longest client message in bytes; a longer one ends the connection. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

/** What a connection says first (socket.io `auth`). A seat that connects twice: the second takes over, the first is told. */
export const handshakeSchema = z.strictObject({
  protocol: z.number().int(),
  classId: classIdSchema,
  seatId: seatIdSchema,
  seatSecret: tokenSchema,
  /**
   * Random id of this load of the page. The same page that connects again keeps its transports; another page with the same
   * seat takes over and begins anew. Left out: every connection counts as another page.
   */
  pageId: z.uuid().optional(),
});
export type Handshake = z.infer<typeof handshakeSchema>;

const id = z.string().min(1).max(64);
const count = z.number().int().nonnegative();
const nothing = z.strictObject({});
/** Milliseconds of the class clock; null while the class is not live. */
const classClockMs = z.number().nullable();

/** Chat messages are numbered from 1 in each class. */
const messageId = count.max(2_147_483_647);
const chatTextSchema = freeTextSchema(MAX_CHAT_CHARACTERS);

/** One row of the roster, for staff. It says nothing of who takes part in the signal. */
export const rosterEntrySchema = personSchema.extend({
  connected: z.boolean(),
  onStage: z.boolean(),
  /** True while an invitation to the stage waits for an answer. */
  invited: z.boolean(),
  handPlace: z.number().int().positive().nullable(),
  quality: z.enum(CONNECTION_QUALITIES),
});
export type RosterEntry = z.infer<typeof rosterEntrySchema>;

/** The server's side of one link, in its own figures. */
export const linkStatsSchema = z.strictObject({
  rttMs: z.number().nullable(),
  lossShare: z.number().nullable(),
  availableKbps: z.number().nullable(),
  protocol: z.enum(['udp', 'tcp']).nullable(),
  /** Of the own seat alone. */
  consumers: z.array(
    z.strictObject({
      consumerId: id,
      source: z.enum(MEDIA_SOURCES),
      /** Whether it is sent, else why not: its sender has turned it off, the page does not ask for it, or the server is full. */
      state: z.enum(['sent', 'turned-off', 'not-asked-for', 'held-back']),
      /** How well its producer arrives, 0 to 10; says nothing of one that is not sent. */
      score: z.number(),
      spatialLayer: z.number().int().nullable(),
      temporalLayer: z.number().int().nullable(),
    }),
  ),
});
export type LinkStats = z.infer<typeof linkStatsSchema>;

/**
 * Each client message: the action of the role table that it needs, the schema of its body, and of its result.
 * `null` as action: open to whoever holds a seat.
 */
export const CLIENT_MESSAGES = {
  // The clock and the link.
  clock: { action: null, body: z.strictObject({}), result: z.strictObject({ classClockMs }) },
  quality: {
    action: null,
    /** Null: nothing is received or sent now, or too little to tell. */
    body: z.strictObject({
      rttMs: z.number().min(0).max(60_000).nullable(),
      lossShare: z.number().min(0).max(1).nullable(),
    }),
    result: nothing,
  },
  /** Of the own link, or of somebody else's: that needs `see the data of a link`. */
  'link-stats': { action: null, body: z.strictObject({ seatId: seatIdSchema.optional() }), result: linkStatsSchema },
  leave: { action: null, body: nothing, result: nothing },

  // Media: transports are one-way. The signal has a send transport of its own, opened only after permission.
  'open-transport': {
    action: 'receive media',
    body: z.strictObject({ purpose: z.enum(['receive', 'stage', 'signal']) }),
    result: transportOptionsSchema,
  },
  'connect-transport': {
    action: 'receive media',
    body: z.strictObject({ transportId: id, dtlsParameters: dtlsParametersSchema }),
    result: nothing,
  },
  'restart-ice': {
    action: 'receive media',
    body: z.strictObject({ transportId: id }),
    result: z.strictObject({ iceParameters: iceParametersSchema }),
  },
  receive: {
    action: 'receive media',
    body: z.strictObject({ transportId: id, rtpCapabilities: rtpCapabilitiesSchema }),
    result: z.strictObject({ consumers: z.array(consumerOfferSchema) }),
  },
  'resume-consumers': {
    action: 'receive media',
    body: z.strictObject({ consumerIds: z.array(id).max(64) }),
    result: nothing,
  },
  'pause-consumers': {
    action: 'receive media',
    body: z.strictObject({ consumerIds: z.array(id).max(64) }),
    result: nothing,
  },
  'prefer-layers': {
    action: 'receive media',
    body: z.strictObject({
      consumerId: id,
      spatialLayer: z.number().int().min(0).max(3),
      temporalLayer: z.number().int().min(0).max(3).optional(),
    }),
    result: nothing,
  },
  produce: {
    action: 'publish media',
    body: z.strictObject({
      transportId: id,
      source: z.enum(MEDIA_SOURCES),
      kind: z.enum(['audio', 'video']),
      rtpParameters: rtpParametersSchema,
      paused: z.boolean().default(false),
    }),
    result: z.strictObject({ producerId: id }),
  },
  'pause-producer': { action: 'publish media', body: z.strictObject({ producerId: id }), result: nothing },
  'resume-producer': { action: 'publish media', body: z.strictObject({ producerId: id }), result: nothing },
  'close-producer': { action: 'publish media', body: z.strictObject({ producerId: id }), result: nothing },

  // The signal.
  'set-permission': {
    action: 'contribute to the signal',
    body: z.strictObject({
      permission: z.enum(PERMISSIONS),
      granted: z.boolean(),
      /** Version of the wording that the student read, e.g. `contribute-4` or `remind-2`, and its language. */
      wording: z.string().regex(/^[a-z0-9-]{1,40}$/),
      language: z.string().regex(/^[a-z]{2}(-[A-Za-z]{2,4})?$/),
    }),
    result: nothing,
  },
  'produce-signal': {
    action: 'contribute to the signal',
    body: z.strictObject({ transportId: id, sctpStreamParameters: sctpStreamParametersSchema }),
    result: z.strictObject({ dataProducerId: id }),
  },

  // Hands and the stage.
  'raise-hand': { action: 'raise a hand', body: nothing, result: nothing },
  'lower-hand': { action: 'raise a hand', body: nothing, result: nothing },
  'lower-hand-of': { action: 'lower a hand', body: z.strictObject({ seatId: seatIdSchema }), result: nothing },
  'invite-to-stage': { action: 'invite to the stage', body: z.strictObject({ seatId: seatIdSchema }), result: nothing },
  'answer-invitation': {
    action: 'raise a hand',
    body: z.strictObject({ accept: z.boolean() }),
    result: nothing,
  },
  'leave-stage': { action: 'publish media', body: nothing, result: nothing },
  'send-to-audience': {
    action: 'send back to the audience',
    body: z.strictObject({ seatId: seatIdSchema }),
    result: nothing,
  },
  mute: { action: 'mute others', body: z.strictObject({ seatId: seatIdSchema }), result: nothing },
  'mute-all': { action: 'mute others', body: nothing, result: nothing },
  remove: { action: 'remove from the class', body: z.strictObject({ seatId: seatIdSchema }), result: nothing },

  // The class.
  'open-class': { action: 'open the class', body: nothing, result: nothing },
  'start-class': { action: 'start the class', body: nothing, result: nothing },
  'end-class': { action: 'end the class', body: nothing, result: nothing },
  'lock-class': { action: 'lock the class', body: z.strictObject({ locked: z.boolean() }), result: nothing },
  'switch-signal': { action: 'switch the signal', body: z.strictObject({ enabled: z.boolean() }), result: nothing },

  // Chat, reactions, roster, pacing.
  'send-chat': {
    action: 'write in the chat',
    body: z.strictObject({
      text: chatTextSchema,
      /** Chosen by the page for one line: the same line tried again, with the same id, is posted once. */
      lineId: z.uuid().optional(),
    }),
    result: z.strictObject({ messageId: count }),
  },
  'page-chat': {
    action: 'join the class',
    body: z.strictObject({ beforeMessageId: messageId.nullable() }),
    result: z.strictObject({ ...chatLinesFields, more: z.boolean() }),
  },
  'delete-chat': { action: 'delete a message', body: z.strictObject({ messageId }), result: nothing },
  'set-chat': { action: 'set the chat', body: chatSettingsSchema, result: nothing },
  react: { action: 'react', body: z.strictObject({ reaction: z.enum(REACTIONS) }), result: nothing },
  'page-roster': {
    action: 'see the roster',
    body: z.strictObject({
      search: searchTextSchema(80),
      offset: count.default(0),
      limit: z.number().int().min(1).max(100).default(50),
    }),
    result: z.strictObject({ entries: z.array(rosterEntrySchema), total: count }),
  },
} as const satisfies Record<string, { action: ClassAction | null; body: z.ZodType; result: z.ZodType }>;

export type ClientMessageType = keyof typeof CLIENT_MESSAGES;
export type ClientBody<T extends ClientMessageType> = z.output<(typeof CLIENT_MESSAGES)[T]['body']>;
/** What a client hands in, before defaults are filled. */
export type ClientBodyInput<T extends ClientMessageType> = z.input<(typeof CLIENT_MESSAGES)[T]['body']>;
export type ClientResult<T extends ClientMessageType> = z.output<(typeof CLIENT_MESSAGES)[T]['result']>;

/** The envelope of a client message; the body is parsed by its own schema next. */
export const clientEnvelopeSchema = z.strictObject({
  type: z.enum(Object.keys(CLIENT_MESSAGES) as [ClientMessageType, ...ClientMessageType[]]),
  body: z.unknown(),
});

/** The acknowledgement of a client message. */
export type Answer<T extends ClientMessageType> =
  | { readonly ok: true; readonly result: ClientResult<T> }
  | { readonly ok: false; readonly error: z.infer<typeof wireErrorSchema> };
export const answerEnvelopeSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), result: z.unknown() }),
  z.strictObject({ ok: z.literal(false), error: wireErrorSchema }),
]);

const stageMemberSchema = personSchema.extend({
  /** False while the connection is lost: the picture stands still, the place is kept. */
  connected: z.boolean(),
  sources: z.array(z.strictObject({ source: z.enum(MEDIA_SOURCES), producerId: id, paused: z.boolean() })),
});
export type StageMember = z.infer<typeof stageMemberSchema>;

const countsSchema = z.strictObject({
  /** Students connected now. */
  students: count,
  /** Everybody connected now. */
  present: count,
  /** Of the students connected now, how many receive the stage's sound ("396 hear you"). */
  hearing: count,
});
export type Counts = z.infer<typeof countsSchema>;

const tallySchema = z.partialRecord(z.enum(REACTIONS), count);
export type Tally = z.infer<typeof tallySchema>;

/** Everything that a client needs to stand where it would stand had it been there all the time. */
export const snapshotSchema = z.strictObject({
  protocol: z.number().int(),
  /** Build of the server; a page of another build reloads when nothing is lost by it, keeping its seat. */
  build: z.string(),
  me: personSchema,
  card: classCardSchema,
  institution: institutionSchema,
  status: z.enum(CLASS_STATUSES),
  classClockMs,
  locked: z.boolean(),
  /** True when students may be asked to contribute in this class now: institution, jurisdiction and class all allow it. */
  signalOffered: z.boolean(),
  /** True when students may have their own devices remind them in this class now: institution, jurisdiction and class allow it. */
  remindersOffered: z.boolean(),
  /** Own recorded answer, for students: null when not asked yet in this course. */
  contributing: z.boolean().nullable(),
  /** Own recorded answer on reminders for oneself, for students: null when none was given in this class. */
  reminding: z.boolean().nullable(),
  rtpCapabilities: rtpCapabilitiesSchema,
  /** Of a microphone that is opened now. */
  audioPtimeMs: audioPtimeSchema,
  stage: z.array(stageMemberSchema),
  /** Who speaks now, loudest first. */
  speaking: z.array(seatIdSchema),
  /** Who invited this student to the stage, while the invitation waits for an answer. */
  invitedBy: z.string().nullable(),
  /** Staff only: who is invited to the stage and has not answered yet. */
  invitations: z.array(personSchema).nullable(),
  hands: handsSchema,
  counts: countsSchema,
  /** The newest lines; `last` is the highest number given out, that of a deleted message included. */
  chat: z.strictObject({ ...chatLinesFields, last: count, more: z.boolean(), settings: chatSettingsSchema }),
  /** Staff only. */
  shedding: sheddingSchema.nullable(),
  /** Staff only. */
  pacing: pacingSchema.nullable(),
  events: z.array(classEventSchema).nullable(),
  participation: z.array(participationMinuteSchema).nullable(),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/**
 * Server messages. `snapshot` comes first on every connection, with nothing but `waiting` and `goodbye` before it, and again
 * whenever the server prefers it to a queue of updates.
 */
export const serverMessageSchema = z.discriminatedUnion('type', [
  /** Full at the door: so many go in up to this page, and after about so long at the pace of the last seconds; null while it is not known. */
  z.strictObject({ type: z.literal('waiting'), place: count.min(1), estimateMs: count.nullable() }),
  z.strictObject({ type: z.literal('snapshot'), snapshot: snapshotSchema }),
  z.strictObject({
    type: z.literal('class-changed'),
    status: z.enum(CLASS_STATUSES),
    classClockMs,
    locked: z.boolean(),
    signalOffered: z.boolean(),
    remindersOffered: z.boolean(),
    /** A student's page that begins to receive by this waits for a random part of it, so that a class which starts does not storm the server. */
    receiveSpreadMs: count,
  }),
  /** Title, time or instructors of the class were changed. */
  z.strictObject({ type: z.literal('card-changed'), card: classCardSchema }),
  /** The institution's rules were changed: who answers for the signal, and what may be asked for at all. */
  z.strictObject({ type: z.literal('institution-changed'), institution: institutionSchema }),
  z.strictObject({ type: z.literal('stage-changed'), stage: z.array(stageMemberSchema) }),
  z.strictObject({ type: z.literal('invited'), by: z.string() }),
  z.strictObject({ type: z.literal('invitation-withdrawn') }),
  /** Staff learn who is invited and has not answered yet, whole. */
  z.strictObject({ type: z.literal('invitations-changed'), invitations: z.array(personSchema) }),
  /** Staff learn the answer to their invitation. */
  z.strictObject({ type: z.literal('invitation-answered'), person: personSchema, accepted: z.boolean() }),
  /** You are on the stage (true), or back in the audience (false). */
  z.strictObject({ type: z.literal('on-stage'), onStage: z.boolean() }),
  z.strictObject({ type: z.literal('hands-changed'), count }),
  /** The own place as `toldPlace` has it; null once the hand is down. */
  z.strictObject({ type: z.literal('hand-place'), place: z.number().int().positive().nullable() }),
  /** Staff: the first hands in order, whole. */
  z.strictObject({ type: z.literal('hand-order'), order: z.array(personSchema).max(100) }),
  /** Staff: which of the first hands are not among them any more, and which stand at their end now, in order. */
  z.strictObject({
    type: z.literal('hands-moved'),
    lowered: z.array(seatIdSchema),
    raised: z.array(personSchema).max(100),
  }),
  z.strictObject({ type: z.literal('counts-changed'), counts: countsSchema }),
  /** The newest of what was written; numbers that are neither here nor deleted were more than is sent out, and can be paged. */
  z.strictObject({ type: z.literal('chat'), ...chatLinesFields, deleted: z.array(count).optional() }),
  z.strictObject({ type: z.literal('chat-settings'), settings: chatSettingsSchema }),
  z.strictObject({ type: z.literal('reactions'), tally: tallySchema }),
  z.strictObject({ type: z.literal('speaking'), seatIds: z.array(seatIdSchema) }),
  z.strictObject({ type: z.literal('consumers-opened'), consumers: z.array(consumerOfferSchema) }),
  z.strictObject({ type: z.literal('consumers-closed'), consumerIds: z.array(id) }),
  /** The consumers that the server keeps back to stay within its budget, whole. */
  z.strictObject({ type: z.literal('consumers-held-back'), consumerIds: z.array(id) }),
  /** Staff learn what the class gives up, and why. */
  z.strictObject({ type: z.literal('shedding-changed'), shedding: sheddingSchema }),
  /** The class has grown large: a microphone that is opened from now on is made with packets of this length. */
  z.strictObject({ type: z.literal('audio-ptime-changed'), audioPtimeMs: audioPtimeSchema }),
  /** Your producer was paused by staff. */
  z.strictObject({ type: z.literal('muted'), producerId: id }),
  /** The media of this seat is gone (a worker was replaced): open transports anew. */
  z.strictObject({ type: z.literal('media-reset'), afterMs: z.number().nonnegative() }),
  /** Which windows are on disk, and which came too late to count. */
  z.strictObject({ type: z.literal('signal-acknowledged'), stored: z.array(count), notCounted: z.array(count) }),
  z.strictObject({ type: z.literal('pacing'), pacing: pacingSchema }),
  z.strictObject({
    type: z.literal('lanes'),
    events: z.array(classEventSchema),
    participation: z.array(participationMinuteSchema),
  }),
  /**
   * The connection ends after this and is not to be tried again by itself (except `protocol-old`: reload, keep the seat).
   * `erased`: the seat is gone with an account that was erased. `class-cancelled`: the class will not take place.
   * `signed-out`: the sign-in under which the seat was taken has been ended.
   */
  z.strictObject({
    type: z.literal('goodbye'),
    reason: z.enum(['class-ended', 'class-cancelled', 'removed', 'erased', 'taken-over', 'signed-out', 'protocol-old']),
  }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;
export type ServerMessageType = ServerMessage['type'];
