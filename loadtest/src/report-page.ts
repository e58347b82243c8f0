import type { Run } from './result.ts';
export function reportPage(run: Run): string {
  return JSON.stringify(run);
}
