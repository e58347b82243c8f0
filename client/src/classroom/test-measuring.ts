import type { AbstainReason } from '@lectern/contracts';
import type { AttentionParts, AttentionWorker } from '../attention/attention-session.ts';
import type { FromWorker, ToWorker } from '../attention/protocol.ts';

/** Files that are there at once, and workers that are ready as soon as they have them; a test says what they measure. */
export class PlayedMeasuring {
  /** The workers that were made and not ended, oldest first. */
  readonly workers: AttentionWorker[] = [];
  /** What all of them were told, oldest first. */
  readonly told: ToWorker[] = [];

  readonly parts: AttentionParts = {
    assets: {
      describe: () => Promise.resolve({ files: new Map(), downloadBytes: 4 }),
      load: () => {
        const bytes = new ArrayBuffer(4);
        return Promise.resolve({
          ...{ workerUrl: '/attention/worker.js', modelTag: 77 },
          ...{ landmarkerWasm: bytes, landmarkerModel: bytes, ortWasm: bytes, attentionModel: bytes },
        });
      },
    },
    openFrames: () => ({
      ...{ way: 'bitmaps', handover: null },
      deliverNext: () => undefined,
      close: () => undefined,
    }),
    missingAbility: () => null,
    watchReserves: () => () => undefined,
    createWorker: () => this.#work(),
    epochNowMs: () => 0,
    setTimer: () => () => undefined,
  };

  /** The newest worker tells the page this. */
  tell(message: FromWorker): void {
    this.workers.at(-1)?.onmessage?.(new MessageEvent('message', { data: message }));
  }

  /** A window with this score. */
  measure(windowIndex: number, score: number): void {
    const outcome = { kind: 'score', score } as const;
    this.tell({ type: 'window', windowIndex, outcome });
  }

  /** A window that could not be told. */
  abstain(windowIndex: number, reason: AbstainReason): void {
    const outcome = { kind: 'abstain', reason } as const;
    this.tell({ type: 'window', windowIndex, outcome });
  }

  #work(): AttentionWorker {
    const worker: AttentionWorker = {
      onmessage: null,
      onerror: null,
      postMessage: (message) => {
        this.told.push(message);
        if (message.type === 'init') worker.onmessage?.(new MessageEvent('message', { data: { type: 'ready' } }));
      },
      terminate: () => {
        this.workers.splice(this.workers.indexOf(worker), 1);
      },
    };
    this.workers.push(worker);
    return worker;
  }
}
