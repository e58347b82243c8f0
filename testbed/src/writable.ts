import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from './options.ts';

/** Throws a UsageError where this file could not be written at the end of what takes long. */
export function checkWritable(file: string): void {
  if (isWritable(file)) return;
  throw new UsageError(`${file} cannot be written. Name a file in a folder that exists and is yours to write in.`);
}

function isWritable(file: string): boolean {
  const known = statSync(file, { throwIfNoEntry: false });
  if (known?.isDirectory() === true) return false;
  try {
    accessSync(known === undefined ? dirname(resolve(file)) : file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
