import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkify } from './linkify.ts';

const links = (line: string): string[] => linkify(line).flatMap((piece) => (piece.kind === 'link' ? [piece.href] : []));

describe('linkify', () => {
  it('finds http and https addresses and leaves the words around them', () => {
    expect(linkify('see https://example.org/a?b=1#c and http://x.org.')).toEqual([
      { kind: 'text', text: 'see ' },
      { kind: 'link', text: 'https://example.org/a?b=1#c', href: 'https://example.org/a?b=1#c' },
      { kind: 'text', text: ' and ' },
      { kind: 'link', text: 'http://x.org', href: 'http://x.org/' },
      { kind: 'text', text: '.' },
    ]);
  });

  it('leaves the punctuation of the sentence outside, and keeps brackets that belong to the address', () => {
    expect(links('(https://example.org/a)')).toEqual(['https://example.org/a']);
    expect(links('https://en.wikipedia.org/wiki/Set_(mathematics), yes')).toEqual([
      'https://en.wikipedia.org/wiki/Set_(mathematics)',
    ]);
    expect(links('really https://example.org/?!')).toEqual(['https://example.org/']);
  });

  it.each([
    'javascript:alert(1)',
    'JAVASCRIPT://example.org/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    'ftp://example.org',
    'https://bank.example@evil.example/',
    'https://',
    'http://:80',
  ])('makes no link of %s', (line) => {
    expect(links(line)).toEqual([]);
  });

  it('ends a link before a character that turns the direction of text', () => {
    expect(links('https://example.org/\u202egpj.exe')).toEqual(['https://example.org/']);
  });

  it('loses and invents no character, and links nothing but http and https', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(fc.constantFrom('https://', 'http://', 'a.b', '/', '(', ')', '.', ' ', '@', 'x:', '<', '\u202e'))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(line, (text) => {
        const pieces = linkify(text);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        for (const piece of pieces) if (piece.kind === 'link') expect(piece.href).toMatch(/^https?:\/\/[^/@]+\//);
      }),
    );
  });
});
