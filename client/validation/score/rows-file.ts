import { existsSync } from 'node:fs';
import { FRAME_COLUMNS, WINDOW_COLUMNS, windowsFileOf, type FrameRow, type WindowRow } from '../rows.ts';
import { UsageError } from '../usage-error.ts';
import { booleanIn, numberIn, readCsv, readText, type CsvRecord } from './csv-records.ts';

/** Everything that was measured. */
export interface Rows {
  readonly frames: FrameRow[];
  readonly windows: WindowRow[];
}

const TEXTS = new Set(['file', 'abstain', 'modelHash']);
const BOOLEANS = new Set(['blink']);

/**
 * Reads rows as `npm run attention` writes them, JSON lines or CSV; beside FILE.csv also FILE.windows.csv. Rejects with a `UsageError`
 * that names the line.
 */
export async function readRows(paths: readonly string[]): Promise<Rows> {
  const rows: Rows = { frames: [], windows: [] };
  const beside = paths.map(windowsFileOf).filter((path) => existsSync(path));
  for (const path of new Set([...paths, ...beside])) {
    if (/\.csv$/i.test(path)) await readCsvRows(path, rows);
    else await readJsonRows(path, rows);
  }
  if (rows.frames.length + rows.windows.length === 0) {
    throw new UsageError(
      `There is no row in ${paths.join(', ')}: measure first, npm run attention -- PATH... --out FILE.jsonl`,
    );
  }
  return rows;
}

async function readJsonRows(path: string, rows: Rows): Promise<void> {
  for (const [i, line] of (await readText(path)).split('\n').entries()) {
    // npm's own words, when its output was kept in the file.
    if (line.trim() === '' || line.startsWith('> ')) continue;
    const row = parsed(line);
    if (row === null) throw new UsageError(`${path}, line ${i + 1}: it is no row of JSON.`);
    const isFrame = 'frame' in row;
    checkRow(path, i + 1, row, isFrame ? FRAME_COLUMNS : WINDOW_COLUMNS);
    if (isFrame) rows.frames.push(row as unknown as FrameRow);
    else rows.windows.push(row as unknown as WindowRow);
  }
}

async function readCsvRows(path: string, rows: Rows): Promise<void> {
  const { columns, records } = await readCsv(path);
  const isFrames = columns.includes('frame');
  const wanted: readonly string[] = isFrames ? FRAME_COLUMNS : WINDOW_COLUMNS;
  const missing = wanted.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    throw new UsageError(`${path} lacks ${missing.join(', ')}: give the file that npm run attention wrote.`);
  }
  for (const record of records) {
    const row = Object.fromEntries(wanted.map((column) => [column, cell(path, record, column)]));
    if (isFrames) rows.frames.push(row as unknown as FrameRow);
    else rows.windows.push(row as unknown as WindowRow);
  }
}

function cell(path: string, record: CsvRecord, column: string): string | number | boolean | null {
  if (TEXTS.has(column)) return record.values[column] || null;
  return BOOLEANS.has(column) ? booleanIn(path, record, column) : numberIn(path, record, column);
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function checkRow(path: string, line: number, row: Record<string, unknown>, columns: readonly string[]): void {
  for (const column of columns) {
    const value = row[column];
    const wanted = TEXTS.has(column) ? 'string' : BOOLEANS.has(column) ? 'boolean' : 'number';
    if (value === null || typeof value === wanted) continue;
    throw new UsageError(`${path}, line ${line}: ${column} must be a ${wanted} or null.`);
  }
}
