/**
 * What it costs to ask the links of one worker as the flood watch does: microseconds of this process and of the worker for an answer, and the
 * share of a core that each takes. A third of the links carry SCTP, as the signal's do.
 *
 *   node server/lab/floods/ask-links.ts --links 3000 [--seconds 8] [--worker mediasoup-worker]
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { z } from 'zod';
import { LINK_LOOK_MS, LinkRound } from '../../src/media/link-round.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { links: text, seconds: text, worker: text } });
const {
  links,
  seconds,
  worker: workerBin,
} = z
  .strictObject({
    links: z.coerce.number().int().min(1).max(20_000),
    seconds: z.coerce.number().min(1).max(600).default(8),
    worker: z.string().min(1).default(mediasoup.workerBin),
  })
  .parse({ ...values });

const worker = await mediasoup.createWorker({ workerBin, logLevel: 'error' });
const listenInfos = (['udp', 'tcp'] as const).map((protocol) => ({ protocol, ip: '127.0.0.1' }));
const webRtcServer = await worker.createWebRtcServer({ listenInfos });
const router = await worker.createRouter();
const open = new Map<types.WebRtcTransport, null>();
for (let index = 0; index < links; index += 1) {
  open.set(await router.createWebRtcTransport({ webRtcServer, enableSctp: index % 3 === 0 }), null);
}

let answers = 0;
let owed = 0;
const round = new LinkRound<types.WebRtcTransport, null>({
  links: () => open,
  workerOf: () => worker,
  ask: async (transport) => {
    owed += 1;
    await transport.getStats();
    owed -= 1;
    answers += 1;
  },
});

/** CPU of this process and of the worker so far, in milliseconds. */
async function used(): Promise<{ node: number; worker: number }> {
  const { ru_utime, ru_stime } = await worker.getResourceUsage();
  const { user, system } = process.cpuUsage();
  return { node: (user + system) / 1_000, worker: ru_utime + ru_stime };
}

/** CPU that each takes in so many seconds while nothing else goes on here. */
async function take(): Promise<{ node: number; worker: number }> {
  const before = await used();
  await wait(seconds * 1_000);
  const after = await used();
  return { node: after.node - before.node, worker: after.worker - before.worker };
}

const idle = await take();
const timer = setInterval(() => {
  round.look(performance.now());
}, LINK_LOOK_MS);
// What is compiled at first is no cost of an answer.
await wait(2_000);
answers = 0;
const asking = await take();
clearInterval(timer);
while (owed > 0) await wait(LINK_LOOK_MS);
for (const who of ['node', 'worker'] as const) {
  const ms = asking[who] - idle[who];
  const micros = ((ms * 1_000) / answers).toFixed(1);
  const percent = (ms / (seconds * 10)).toFixed(1);
  console.log(
    `${who}: ${micros} us an answer, ${percent} % of a core at ${Math.round(answers / seconds)} answers a second`,
  );
}
worker.close();
