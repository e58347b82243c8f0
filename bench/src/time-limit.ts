/** What `work` gives; rejects when it has not come to an end after `limitMs`, and says what was waited for. */
export async function within<T>(what: string, limitMs: number, work: Promise<T>): Promise<T> {
  const overdue = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    overdue.reject(new Error(`${what}: not within ${String(limitMs / 1000)} s`));
  }, limitMs);
  try {
    return await Promise.race([work, overdue.promise]);
  } finally {
    clearTimeout(timer);
  }
}
