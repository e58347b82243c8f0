import { closeSync, openSync, writeSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { FRAME_COLUMNS, WINDOW_COLUMNS, windowsFileOf, type FrameRow, type WindowRow } from '../rows.ts';
import { UsageError } from '../usage-error.ts';

/** Where rows go. Each call writes whole lines at once, so that a run that is broken off leaves nothing half. */
export interface RowsOutput {
  frames(rows: readonly FrameRow[]): void;
  windows(rows: readonly WindowRow[]): void;
  /** Where they are, for the summary. */
  readonly places: readonly string[];
  close(): void;
}

/** JSON lines on the standard output when `path` is null. Throws a `UsageError` when a file cannot be written. */
export function openRowsOutput(path: string | null): RowsOutput {
  if (path === null) {
    // Whoever reads has read enough: | head, say.
    process.stdout.once('error', () => process.exit(0));
    return jsonLines(
      (text) => void process.stdout.write(text),
      [],
      () => undefined,
    );
  }
  if (/\.(jsonl|ndjson)$/i.test(path)) {
    const file = open(path);
    return jsonLines(
      (text) => writeAll(file, text),
      [path],
      () => closeSync(file),
    );
  }
  if (/\.csv$/i.test(path)) return csv(path, windowsFileOf(path));
  throw new UsageError(`--out ${path}: the name must end in .jsonl or .csv, which says how the rows are written.`);
}

function jsonLines(write: (text: string) => void, places: readonly string[], close: () => void): RowsOutput {
  const lines = (rows: readonly object[]): void => write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return { frames: lines, windows: lines, places, close };
}

function csv(framesPath: string, windowsPath: string): RowsOutput {
  const frames = open(framesPath);
  const windows = open(windowsPath);
  const write = (file: number, columns: readonly string[], rows: readonly object[]): void =>
    writeAll(file, stringify([...rows], { columns: [...columns], cast: { boolean: (value) => String(value) } }));
  writeAll(frames, `${FRAME_COLUMNS.join(',')}\n`);
  writeAll(windows, `${WINDOW_COLUMNS.join(',')}\n`);
  return {
    frames: (rows) => write(frames, FRAME_COLUMNS, rows),
    windows: (rows) => write(windows, WINDOW_COLUMNS, rows),
    places: [framesPath, windowsPath],
    close() {
      closeSync(frames);
      closeSync(windows);
    },
  };
}

function open(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be written (${reason}): name another file with --out.`);
  }
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}
