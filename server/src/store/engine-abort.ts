/** The embedded PostgreSQL gave itself up, at a PANIC of its own or at a trap of WebAssembly. */
export class EngineAborted extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'EngineAborted';
  }
}

/** What runs one round of the embedded PostgreSQL. */
interface Engine {
  _PostgresMainLoopOnce?: () => void;
}

/**
 * Makes whatever is asked of an engine that gave itself up reject with EngineAborted. PGlite passes over an abort and asks again,
 * at the latest to finish the failed question: that would wait for ever for locks of the dead, without letting go of the event loop.
 */
export function stopAtAbort(engine: Engine): void {
  const once = engine._PostgresMainLoopOnce;
  if (once === undefined) return;
  let aborted: EngineAborted | null = null;
  engine._PostgresMainLoopOnce = () => {
    if (aborted) throw notPassedOver(aborted);
    try {
      once();
    } catch (error) {
      if (error instanceof Error && error.name === 'RuntimeError') aborted = new EngineAborted(error);
      throw error;
    }
  };
}

/** PGlite catches whatever a round throws and looks at its `status` alone. */
function notPassedOver(aborted: EngineAborted): Error {
  const get = () => {
    throw aborted;
  };
  return Object.defineProperty(new Error(aborted.message), 'status', { get });
}
