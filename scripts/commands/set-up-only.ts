import { setUp } from '../set-up.ts';

/**
 * Brings everything that a start needs, without starting, and prints what the server is started with. What a class can do
 * without is only warned about: an image is built where it cannot be had.
 */
export async function setUpOnly(): Promise<number> {
  const { variables, missing } = await setUp({ retry: true });
  for (const line of missing) process.stderr.write(`Warning: ${line}\n`);
  for (const [name, value] of Object.entries(variables)) process.stdout.write(`${name}=${value}\n`);
  return 0;
}
