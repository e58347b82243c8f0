import { z } from 'zod';
import { MEDIA_SOURCES } from './class.ts';
import { seatIdSchema } from './identity.ts';

/**
 * WebRTC parameters as mediasoup and mediasoup-client exchange them, bounded: what is larger than any honest client
 * sends is refused before mediasoup sees it. Unknown keys are dropped, since both libraries add fields over time.
 */
const short = z.string().max(256);
const parameterValue = z.union([z.string().max(1024), z.number(), z.boolean(), z.null()]);
const codecParameters = z.record(short, parameterValue).refine((record) => Object.keys(record).length <= 32);
const feedback = z.array(z.object({ type: short, parameter: short.optional() })).max(16);
/** Milliseconds of sound in one packet of a stage microphone. */
export const audioPtimeSchema = z.union([z.literal(20), z.literal(60)]);
export type AudioPtimeMs = z.infer<typeof audioPtimeSchema>;
/** From so many students on, there or expected, it is 60 unless set: a third of the packets is worth 40 ms more of delay. */
export const LONG_PACKETS_FROM_STUDENTS = 300;

/** What a class gives up while its workers are near their budget, in this order, each with all before it. Sound is never given up. */
export const SHEDDING_STEPS = ['none', 'thumbnails', 'camera-layers', 'frame-rate', 'camera', 'screen'] as const;
export type SheddingStep = (typeof SHEDDING_STEPS)[number];
/** Why: the packets that a worker is expected to send, or the CPU that it takes. */
export const SHEDDING_REASONS = ['packets', 'cpu'] as const;
export type SheddingReason = (typeof SHEDDING_REASONS)[number];
export const sheddingSchema = z.strictObject({
  step: z.enum(SHEDDING_STEPS),
  /** Null while nothing is given up. */
  reason: z.enum(SHEDDING_REASONS).nullable(),
});
export type Shedding = z.infer<typeof sheddingSchema>;

const kind = z.enum(['audio', 'video']);
const mimeType = z.string().regex(/^(audio|video)\/[\w.+-]{1,40}$/i);
const uint32 = z.number().int().min(0).max(0xffff_ffff);

export const iceParametersSchema = z.object({
  usernameFragment: short,
  password: short,
  iceLite: z.boolean().optional(),
});

const iceCandidateSchema = z.object({
  foundation: short,
  priority: z.number(),
  address: short,
  ip: short.optional(),
  protocol: z.enum(['udp', 'tcp']),
  port: z.number().int().min(0).max(65_535),
  type: z.enum(['host', 'srflx', 'prflx', 'relay']),
  tcpType: z.literal('passive').optional(),
});

export const dtlsParametersSchema = z.object({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z
    .array(
      z.object({
        algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
        value: z.string().regex(/^[0-9a-fA-F:]{40,200}$/),
      }),
    )
    .min(1)
    .max(8),
});

const sctpParametersSchema = z.object({
  port: z.number().int(),
  OS: z.number().int(),
  MIS: z.number().int(),
  maxMessageSize: z.number().int(),
});

/** Unordered and reliable: `ordered` false and neither lifetime nor retransmits bounded. */
export const sctpStreamParametersSchema = z.object({
  streamId: z.number().int().min(0).max(1023).optional(),
  ordered: z.literal(false),
});

const codecCapability = z.object({
  kind,
  mimeType,
  preferredPayloadType: z.number().int().min(0).max(127).optional(),
  clockRate: z.number().int().positive().max(1_000_000),
  channels: z.number().int().min(1).max(8).optional(),
  parameters: codecParameters.optional(),
  rtcpFeedback: feedback.optional(),
});

const headerExtension = z.object({
  kind,
  uri: short,
  preferredId: z.number().int().min(1).max(255),
  preferredEncrypt: z.boolean().optional(),
  direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
});

export const rtpCapabilitiesSchema = z.object({
  codecs: z.array(codecCapability).max(64).optional(),
  headerExtensions: z.array(headerExtension).max(64).optional(),
});
export type WireRtpCapabilities = z.infer<typeof rtpCapabilitiesSchema>;

export const rtpParametersSchema = z.object({
  mid: short.optional(),
  msid: short.optional(),
  codecs: z
    .array(
      z.object({
        mimeType,
        payloadType: z.number().int().min(0).max(127),
        clockRate: z.number().int().positive().max(1_000_000),
        channels: z.number().int().min(1).max(8).optional(),
        parameters: codecParameters.optional(),
        rtcpFeedback: feedback.optional(),
      }),
    )
    .min(1)
    .max(16),
  headerExtensions: z
    .array(
      z.object({
        uri: short,
        id: z.number().int().min(1).max(255),
        encrypt: z.boolean().optional(),
        parameters: codecParameters.optional(),
      }),
    )
    .max(32)
    .optional(),
  encodings: z
    .array(
      z.object({
        ssrc: uint32.optional(),
        rid: short.optional(),
        codecPayloadType: z.number().int().min(0).max(127).optional(),
        rtx: z.object({ ssrc: uint32 }).optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: z.string().max(32).optional(),
        scaleResolutionDownBy: z.number().min(1).max(64).optional(),
        maxBitrate: z.number().int().min(0).max(50_000_000).optional(),
      }),
    )
    .max(4)
    .optional(),
  rtcp: z
    .object({ cname: short.optional(), reducedSize: z.boolean().optional(), mux: z.boolean().optional() })
    .optional(),
});
export type WireRtpParameters = z.infer<typeof rtpParametersSchema>;

const iceServerSchema = z.strictObject({
  urls: z.array(z.string()).min(1),
  username: z.string().optional(),
  credential: z.string().optional(),
});

export const transportOptionsSchema = z.object({
  transportId: z.string(),
  iceParameters: iceParametersSchema,
  iceCandidates: z.array(iceCandidateSchema),
  dtlsParameters: dtlsParametersSchema,
  sctpParameters: sctpParametersSchema.optional(),
  iceServers: z.array(iceServerSchema),
});
export type TransportOptions = z.infer<typeof transportOptionsSchema>;

/** A consumer that the server opened for this client, paused until the client asks to resume it. */
export const consumerOfferSchema = z.object({
  consumerId: z.string(),
  producerId: z.string(),
  seatId: seatIdSchema,
  source: z.enum(MEDIA_SOURCES),
  kind,
  rtpParameters: rtpParametersSchema,
  /** True while the producer itself is paused. */
  producerPaused: z.boolean(),
  /** True while the server keeps it back to stay within its budget. */
  heldBack: z.boolean(),
});
export type ConsumerOffer = z.infer<typeof consumerOfferSchema>;
