// First of all: nothing else has run by then.
import './closed-doors.ts';
import type { ToWorker } from '../protocol.ts';
import { Pipeline } from './pipeline.ts';

declare const self: DedicatedWorkerGlobalScope;

const pipeline = new Pipeline((message) => {
  self.postMessage(message);
});

self.onmessage = (event: MessageEvent<ToWorker>) => {
  pipeline.receive(event.data);
};
