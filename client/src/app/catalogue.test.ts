import { readdirSync, readFileSync } from 'node:fs';
import { ERRORS } from '@lectern/contracts';
import { describe, expect, it } from 'vitest';

const MESSAGES = new URL('../../messages/', import.meta.url);
const SOURCE = new URL('../', import.meta.url);

/** Texts never claim to know what goes on in a head; these words and their kin would. */
const FORBIDDEN: Readonly<Record<string, RegExp>> = {
  en: /attenti(on|ve)|engag(e|ing|ement)|\bfocus|\bbor(ed|ing|edom)\b|distract|emotion/i,
  de: /aufmerksam|engagement|engagiert|konzentr|fokus|gelangweilt|langweil|abgelenkt|emotion/i,
};

/** One thing has one name in all texts: what the language also calls it (decision 0062). */
const SYNONYMS: Readonly<Record<string, RegExp>> = {
  en: /\bsignal|room reading/i,
  de: /veranstaltung|sitzung|kursraum|lehrkr[aä]ft|dozent|betreiber|handzeichen|\bhände|raumbild|tempoansicht|\bsignal/i,
};

type Catalogue = ReadonlyMap<string, readonly string[]>;

/** Every key with all its texts: one, or one for each plural form. */
function catalogue(language: string): Catalogue {
  const files = readdirSync(new URL(`${language}/`, MESSAGES)).filter((name) => name.endsWith('.json'));
  const entries: [string, string[]][] = files.flatMap((name) => {
    const content = JSON.parse(readFileSync(new URL(`${language}/${name}`, MESSAGES), 'utf8')) as Record<
      string,
      unknown
    >;
    return Object.entries(content)
      .filter(([key]) => key !== '$schema')
      .map(([key, value]): [string, string[]] => [key, texts(value)]);
  });
  const keys = entries.map(([key]) => key);
  expect(
    keys.filter((key, index) => keys.indexOf(key) !== index),
    `${language}: keys in two files`,
  ).toEqual([]);
  return new Map(entries);
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  const variants = value as { match: Record<string, string> }[];
  return variants.flatMap(({ match }) => Object.values(match));
}

const placeholders = (all: readonly string[]): string[] =>
  [...new Set(all.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')))].toSorted();

const languages = readdirSync(MESSAGES);
const catalogues = new Map(languages.map((language) => [language, catalogue(language)]));
const english: Catalogue = catalogues.get('en') ?? new Map<string, string[]>();

/** The program's own text, without its tests and what is compiled from the catalogue. */
function programText(): string {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|svelte)$/.test(name) && !name.endsWith('.test.ts') && !name.startsWith('paraglide'))
    .map((name) => readFileSync(new URL(name, SOURCE), 'utf8'))
    .join('\n');
}

describe('the message catalogue', () => {
  it('keeps no text that no screen shows', () => {
    const used = new Set([...programText().matchAll(/\bm\.(\w+)/g)].map(([, key]) => key));
    expect([...english.keys()].filter((key) => !used.has(key))).toEqual([]);
  });
});

describe('the English catalogue', () => {
  it('says to people what the error says on the wire', () => {
    const forPeople = Object.entries(ERRORS).filter(([, { audience }]) => audience === 'user');
    const onTheWire = forPeople.map(([code, { message }]) => [code, [message]]);
    expect(forPeople.map(([code]) => [code, english.get(`error_${code.replaceAll('-', '_')}`)])).toEqual(onTheWire);
  });
});

describe.each(languages)('the message catalogue in %s', (language) => {
  const messages: Catalogue = catalogues.get(language) ?? new Map<string, string[]>();

  it('has the same keys as the English one', () => {
    expect([...messages.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  });

  it('takes the same values in each text', () => {
    for (const [key, all] of messages)
      expect([key, placeholders(all)]).toEqual([key, placeholders(english.get(key) ?? [])]);
  });

  it('leaves no text empty', () => {
    expect([...messages].filter(([, all]) => all.some((text) => text.trim() === ''))).toEqual([]);
  });

  it('has words for each error that can cross a boundary', () => {
    const needed = Object.keys(ERRORS).map((code) => `error_${code.replaceAll('-', '_')}`);
    expect(needed.filter((key) => !messages.has(key))).toEqual([]);
  });

  it.each([
    ['never says what goes on in a head', FORBIDDEN],
    ['calls one thing by one name', SYNONYMS],
  ])('%s', (_, lists) => {
    const forbidden = lists[language];
    expect(forbidden, `no list of words for ${language}`).toBeDefined();
    const found = [...messages].flatMap(([key, all]) =>
      all.filter((text) => forbidden?.test(text)).map((text) => `${key}: ${text}`),
    );
    expect(found).toEqual([]);
  });
});

describe('the list of second names', () => {
  it.each([
    ['de', 'Diese Veranstaltung ist beendet'],
    ['de', 'Sitzungen'],
    ['de', 'Keine gehobenen Hände'],
    ['de', 'Probe Lehrkraft'],
    ['en', 'Room reading in this class'],
    ['en', 'Signal off'],
  ])('catches, in %s, "%s"', (language, text) => {
    expect(SYNONYMS[language]?.test(text)).toBe(true);
  });

  it.each([
    ['de', 'Keine Meldungen in dieser Stunde'],
    ['de', 'Kopieren Sie den Text von Hand.'],
    ['en', 'Fixed by LECTERN_SIGNAL on the server.'],
  ])('leaves alone, in %s, "%s"', (language, text) => {
    expect(SYNONYMS[language]?.test(text)).toBe(false);
  });
});

describe('the list of forbidden words', () => {
  it.each([
    ['en', 'Attention is low'],
    ['en', '3 students look bored'],
    ['en', 'inattentive'],
    ['en', 'Engagement score'],
    ['en', 'not focused'],
    ['de', 'unaufmerksam'],
    ['de', 'Ihre Aufmerksamkeit'],
    ['de', 'Konzentration'],
    ['en', 'Emotions'],
    ['de', 'Emotionen'],
  ])('catches, in %s, "%s"', (language, text) => {
    expect(FORBIDDEN[language]?.test(text)).toBe(true);
  });
});
