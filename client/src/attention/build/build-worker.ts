import { fileURLToPath } from 'node:url';
import { rolldown, type RolldownPluginOption } from 'rolldown';

const ENTRY = fileURLToPath(new URL('../worker/main.ts', import.meta.url));

/**
 * Bundles a worker into one module without any import: both packages' JavaScript glue is inside, their wasm is not.
 * Throws when the bundle would load a second script. `plugin` is for tests that change the sources on their way.
 */
export async function buildWorker(entry = ENTRY, plugin?: RolldownPluginOption): Promise<string> {
  const bundle = await rolldown({
    input: entry,
    plugins: [plugin],
    platform: 'browser',
    logLevel: 'silent',
    treeshake: true,
  });
  try {
    const { output } = await bundle.generate({
      format: 'esm',
      minify: true,
      codeSplitting: false,
      comments: { legal: true },
    });
    const [chunk, ...others] = output;
    if (others.length > 0 || chunk.imports.length > 0) {
      throw new Error(
        `the worker must be one file, but would load ${[...chunk.imports, ...others.map((o) => o.fileName)].join(', ')}`,
      );
    }
    return chunk.code;
  } finally {
    await bundle.close();
  }
}
