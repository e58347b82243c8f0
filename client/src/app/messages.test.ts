import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const client = path.resolve(import.meta.dirname, '../..');
const catalogues = globSync('messages/en/*.json', { cwd: client });
const texts = Object.fromEntries(
  catalogues.flatMap((file) =>
    Object.entries(JSON.parse(readFileSync(path.join(client, file), 'utf8')) as Record<string, unknown>),
  ),
);

interface Call {
  readonly file: string;
  readonly key: string;
  readonly parameters: readonly string[];
}

/** Each `m.key({ … })` of the client, with the names in its braces. */
function calls(): Call[] {
  const files = globSync('src/**/*.{ts,svelte}', { cwd: client }).filter((file) => !file.includes('paraglide'));
  return files.flatMap((file) => {
    const source = readFileSync(path.join(client, file), 'utf8');
    return [...source.matchAll(/\bm\.(\w+)\(\{/g)].map(({ 0: start, 1: key = '', index }) => ({
      ...{ file, key },
      parameters: namesIn(source.slice(index + start.length)),
    }));
  });
}

/** The names of an object literal that begins before the text: what stands first between two commas outside of all brackets. */
function namesIn(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const sign of text) {
    if ('([{'.includes(sign)) depth += 1;
    if (')]}'.includes(sign)) depth -= 1;
    if (depth < 0) break;
    if (sign === ',' && depth === 0) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${sign}`);
  }
  return parts.map((part) => /^\s*(\w+)/.exec(part)?.[1] ?? '').filter((name) => name !== '');
}

/** A text names its parameters in braces, one that goes by a number declares them. */
function takes(message: unknown, name: string): boolean {
  const text = JSON.stringify(message ?? '');
  return text.includes(`{${name}}`) || text.includes(`"input ${name}"`);
}

describe('a message', () => {
  // A message without placeholders takes any parameters for the compiler.
  it('has a place for each of the parameters that it is called with', () => {
    const all = calls();
    expect(all.length).toBeGreaterThan(100);
    const without = all.flatMap(({ file, key, parameters }) =>
      parameters.filter((name) => !takes(texts[key], name)).map((name) => `${file}: m.${key} has no {${name}}`),
    );
    expect(without).toEqual([]);
  });
});
