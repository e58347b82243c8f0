import { readFile } from 'node:fs/promises';
import {
  CLIENT_MESSAGES,
  ERRORS,
  MAX_CHAT_CHARACTERS,
  PROTOCOL_VERSION,
  joinCodeSchema,
  serverMessageSchema,
  takeSeatSchema,
} from '@lectern/contracts';
import { describe, expect, it } from 'vitest';

const document = await readFile(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');

/** The names in the first column of the tables of one section. */
function namesIn(heading: string): string[] {
  const section = document.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| (`[^|]*?`)\s*\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name),
  );
}

const serverTypes = serverMessageSchema.options.map((option) => option.shape.type.value);

describe('docs/protocol.md', () => {
  it('describes every message of the page, and no other', () => {
    expect(namesIn('3. Messages from the page').sort()).toEqual(Object.keys(CLIENT_MESSAGES).sort());
  });

  it('describes every message of the server, and no other', () => {
    expect(namesIn('4. Messages from the server').sort()).toEqual([...serverTypes].sort());
  });

  it('lists every error, and no other', () => {
    expect(namesIn('8. Errors').sort()).toEqual(Object.keys(ERRORS).sort());
  });

  it('names each reason of a goodbye, and the version', () => {
    const goodbye = serverMessageSchema.options.find((option) => option.shape.type.value === 'goodbye');
    const reasons = goodbye && 'reason' in goodbye.shape ? goodbye.shape.reason.options : [];
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(document).toContain(`\`${reason}\``);
    expect(document).toContain(`the version of this protocol: ${PROTOCOL_VERSION}`);
    expect(document).toContain(MAX_CHAT_CHARACTERS.toLocaleString('en'));
  });

  it('shows how a seat is taken, with a body that is taken', () => {
    const example = /POST \/api\/join\/(?<code>\S+)\s+content-type: application\/json\s+(?<body>\{.*\})/.exec(document);
    expect(joinCodeSchema.safeParse(example?.groups?.['code']).success).toBe(true);
    expect(takeSeatSchema.safeParse(JSON.parse(example?.groups?.['body'] ?? 'null')).success).toBe(true);
    const { name: _name, ...others } = takeSeatSchema.shape;
    expect(Object.keys(others)).toEqual(['keep']);
    const kept = Object.keys(others.keep.unwrap().shape).join(', ');
    expect(document).toContain(`\`{keep: {${kept}}}\``);
  });

  it('names each key of each message’s body', () => {
    for (const [type, { body }] of Object.entries(CLIENT_MESSAGES)) {
      for (const key of Object.keys(body.shape))
        expect(document, `${type}: ${key}`).toMatch(new RegExp(`\\b${key}\\b`));
    }
  });
});
