import { parseArgs } from 'node:util';

/** Something on the command line cannot be done; the message says what can. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** One option of a command. */
interface Option {
  /** What stands for its value in the help; left out: it takes none. */
  readonly value?: string;
  readonly about: string;
}

/** What was given of each option: its value, or that it was. */
type Given<O extends Readonly<Record<string, Option>>> = {
  readonly [Name in keyof O]?: O[Name] extends { readonly value: string } ? string : true;
};

/**
 * Reads options, and the names that stand among them. A value may begin with a dash, as a number below zero does, but not with two. Throws a
 * UsageError.
 */
export function readOptions<const O extends Readonly<Record<string, Option>>>(
  args: readonly string[],
  options: O,
): { readonly given: Given<O>; readonly names: readonly string[] } {
  const types = Object.fromEntries<{ type: 'boolean' | 'string' }>(
    Object.entries(options).map(([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }]),
  );
  // Node's own strictness speaks of its programmer's mistakes, not of the reader's.
  const { tokens } = parseArgs({
    ...{ args: [...args], options: types, strict: false, tokens: true, allowPositionals: true },
  });
  const given: Record<string, string | true> = {};
  const names: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') names.push(token.value);
    if (token.kind === 'option') given[token.name] = valueOf(token, options);
  }
  return { given: given as Given<O>, names };
}

interface Token {
  readonly name: string;
  /** As it was written, without a value. */
  readonly rawName: string;
  readonly value: string | undefined;
  /** Whether the value stood after a `=`. */
  readonly inlineValue: boolean | undefined;
}

function valueOf({ name, rawName, value, inlineValue }: Token, options: Readonly<Record<string, Option>>) {
  const option = rawName === `--${name}` && Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined) {
    const known = Object.keys(options).map((each) => `--${each}`);
    throw new UsageError(`There is no option ${rawName}. There are: ${known.join(', ')}.`);
  }
  if (option.value === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value: leave out "${value}".`);
    return true;
  }
  if (value === undefined || value === '' || (inlineValue !== true && value.startsWith('--'))) {
    throw new UsageError(`${rawName} needs a value: ${rawName} ${option.value}.`);
  }
  return value;
}

/** A line for each option, for the help of a command. */
export function optionsInWords(options: Readonly<Record<string, Option>>): string {
  const lines = Object.entries(options).map(
    ([name, { value, about }]) => [value === undefined ? `--${name}` : `--${name} ${value}`, about] as const,
  );
  const width = Math.max(...lines.map(([option]) => option.length));
  return lines.map(([option, about]) => `  ${option.padEnd(width)}  ${about}`).join('\n');
}
