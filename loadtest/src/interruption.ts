/** What is sent to a load test that is to end: by Ctrl-C, by a service manager, by a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The first of them that reaches this process, said in words at once: it aborts the signal that this gives, with its name as the reason. From here
 * on none of them ends this process by itself.
 */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (interrupted.signal.aborted) return;
      console.error('\nInterrupted: it ends in order now, and tells what was measured until then.');
      interrupted.abort(name);
    });
  }
  return interrupted.signal;
}
