import { readFile } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse/sync';
import { UsageError } from '../usage-error.ts';

/** One line of a CSV file by its columns, blanks around values taken off. */
export interface CsvRecord {
  /** Where it stands in the file, from 1; the names of the columns are line 1. */
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

export interface CsvFile {
  readonly columns: readonly string[];
  readonly records: readonly CsvRecord[];
}

/** Reads a file as RFC 4180 has it, with or without a byte order mark. Rejects with a `UsageError` that names line and remedy. */
export async function readCsv(path: string): Promise<CsvFile> {
  return parseCsv(path, await readText(path));
}

/** As `readCsv`, of the text of the file. Throws the same. */
export function parseCsv(path: string, text: string): CsvFile {
  checkSeparator(path, text);
  let columns: string[] = [];
  try {
    const records = parse(text, {
      bom: true,
      columns: (header: string[]) => (columns = header.map((name) => name.trim())),
      info: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: Record<string, string>; info: { lines: number } }[];
    const twice = columns.find((name, i) => columns.indexOf(name) !== i);
    if (twice !== undefined) throw new UsageError(`${path} has two columns named "${twice}": rename or drop one.`);
    return { columns, records: records.map(({ record, info }) => ({ line: info.lines, values: record })) };
  } catch (error) {
    if (error instanceof CsvError) throw new UsageError(`${path} is no proper CSV: ${error.message}.`);
    throw error;
  }
}

/** Spreadsheets write what the language of their user has. */
function checkSeparator(path: string, text: string): void {
  const [names = ''] = text.split(/\r?\n|\r/, 1);
  const other = names.includes(';') ? 'semicolons' : names.includes('\t') ? 'tabs' : null;
  if (other === null || names.includes(',')) return;
  throw new UsageError(
    `${path}: the columns seem to be separated by ${other}; save it with commas, and numbers with a decimal point.`,
  );
}

/** Rejects with a `UsageError` when there is no such file. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be read (${reason}): see that the path is right.`);
  }
}

const EMPTY = /^(|na|n\/a|nan|null|none)$/i;

/** Null for an empty cell, also one that says so: NA, NaN, null. */
export function numberIn(path: string, { line, values }: CsvRecord, column: string): number | null {
  const text = values[column] ?? '';
  if (EMPTY.test(text)) return null;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new UsageError(`${path}, line ${line}: ${column} "${text}" is no number; decimals have a point.`);
}

/** As `numberIn`; a whole number from 0 on. */
export function wholeNumberIn(path: string, record: CsvRecord, column: string): number | null {
  const value = numberIn(path, record, column);
  if (value === null || (Number.isInteger(value) && value >= 0)) return value;
  throw new UsageError(`${path}, line ${record.line}: ${column} ${value} must be a whole number, counted from 0.`);
}

/** Null for an empty cell; 0, 1, true and false are understood. */
export function booleanIn(path: string, record: CsvRecord, column: string): boolean | null {
  const text = record.values[column] ?? '';
  if (EMPTY.test(text)) return null;
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  const value = Number(text);
  if (value === 0 || value === 1) return value === 1;
  throw new UsageError(`${path}, line ${record.line}: ${column} "${text}" cannot be read; write 0 or 1.`);
}
