/** Licences that go with Apache-2.0 for a program that is handed on, in source and in binaries. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/**
 * Whether an SPDX expression allows our use: of an OR one side must, of an AND both. Anything that is not understood, and an
 * empty one, is not allowed.
 */
export function isAllowed(expression: string): boolean {
  const tokens = expression.match(/\(|\)|[^\s()]+/g) ?? [];
  let position = 0;
  const either = (): boolean => {
    let allowed = both();
    while (tokens[position] === 'OR') {
      position += 1;
      const right = both();
      allowed ||= right;
    }
    return allowed;
  };
  const both = (): boolean => {
    let allowed = one();
    while (tokens[position] === 'AND') {
      position += 1;
      const right = one();
      allowed &&= right;
    }
    return allowed;
  };
  const one = (): boolean => {
    const token = tokens[position];
    position += 1;
    if (token !== '(') return token !== undefined && ALLOWED.has(token);
    const inner = either();
    const closed = tokens[position] === ')';
    position += 1;
    return closed && inner;
  };
  return either() && position === tokens.length;
}
