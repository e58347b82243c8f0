import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** What `Scorer.open` takes, read from the repository and its packages: for programs and tests that run in Node. */
export interface ShippedModel {
  readonly runtime: ArrayBuffer;
  readonly model: ArrayBuffer;
}

export async function readShippedModel(): Promise<ShippedModel> {
  const runtime = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  return { runtime: await bytesOf(runtime), model: await bytesOf(new URL('../model/attention.onnx', import.meta.url)) };
}

async function bytesOf(path: string | URL): Promise<ArrayBuffer> {
  return new Uint8Array(await readFile(path)).buffer;
}
