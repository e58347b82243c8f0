import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * What the file with settings says that is text, for the few settings that the set-up needs before there is a server. A file that
 * cannot be used says nothing here: the server, which checks all of it, refuses it with the remedy.
 */
export function readSettingsFile(path: string | null, directory: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(parsed(resolve(directory, path ?? 'lectern.config.json')))) {
    if (typeof value === 'string' && value.trim() !== '') texts.set(key, value.trim());
  }
  return texts;
}

function parsed(path: string): object {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof content === 'object' && content !== null ? content : {};
  } catch {
    return {};
  }
}
