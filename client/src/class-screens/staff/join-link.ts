import { classDetailSchema } from '@lectern/contracts';
import { request } from '../../http/request.ts';

/** The link for students. Rejects where this browser is not signed in as somebody who teaches in the class. */
export async function readJoinLink(classId: string): Promise<string> {
  const { joinCode } = await request('GET', `/api/classes/${classId}`, { schema: classDetailSchema });
  return new URL(`/c/${joinCode}`, location.href).href;
}
