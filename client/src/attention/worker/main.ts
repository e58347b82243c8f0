import type { ToWorker } from '../protocol.ts';
import { Pipeline } from './pipeline.ts';

declare const self: DedicatedWorkerGlobalScope;

const pipeline = new Pipeline((message) => {
  self.postMessage(message);
});

self.onmessage = (event: MessageEvent<ToWorker>) => {
  pipeline.receive(event.data);
};
