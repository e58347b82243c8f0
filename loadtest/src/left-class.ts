import { SPARE_MINUTES } from '../scenarios/rehearsal/class-time.ts';
import type { ServerUnderTest } from './server-under-test.ts';

const TIMEOUT_MS = 10_000;
const NOT_THERE = 404;

/**
 * Removes the class that a run left behind, as where k6 was killed before it could, or its tries failed. Resolves to words for the report, with what to
 * do, where the server does not remove it; null where it is gone.
 */
export async function removeLeftClass(
  { origin, token }: Pick<ServerUnderTest, 'origin' | 'token'>,
  classId: string,
): Promise<string | null> {
  const url = `${origin}/api/load-tests/${classId}`;
  const reason = await whyNotRemoved(url, token);
  if (reason === null) return null;
  const remedy = `curl -X DELETE -H "Authorization: Bearer $LECTERN_LOAD_TOKEN" -H "Content-Type: application/json" ${url}`;
  return `${reason}. Once the server answers again: ${remedy}, or "End" beside it on the operator's page. Without that it ends by itself, ${SPARE_MINUTES} minutes after its planned end.`;
}

async function whyNotRemoved(url: string, token: string): Promise<string | null> {
  try {
    const answer = await fetch(url, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return answer.ok || answer.status === NOT_THERE ? null : `${answer.status} ${await answer.text()}`;
  } catch (error) {
    return String(error instanceof Error && error.cause instanceof Error ? error.cause.message : error);
  }
}
