import { expect, it } from 'vitest';
import { EngineAborted, stopAtAbort } from './engine-abort.ts';

/** As PGlite asks: whatever a round throws is passed over, with a look at its status. */
function ask(engine: { _PostgresMainLoopOnce: () => void }): number {
  try {
    engine._PostgresMainLoopOnce();
  } catch (error) {
    return (error as { status: number }).status;
  }
  return 0;
}

it('asks an engine that aborted nothing more, and says so through PGlite', () => {
  let rounds = 0;
  const engine = {
    _PostgresMainLoopOnce: () => {
      rounds += 1;
      throw Object.assign(new Error('Aborted()'), { name: 'RuntimeError' });
    },
  };
  stopAtAbort(engine);
  expect(ask(engine)).toBeUndefined();
  expect(() => ask(engine)).toThrow(EngineAborted);
  expect(() => ask(engine)).toThrow('Aborted()');
  expect(rounds).toBe(1);
});

it('lets the jump go on with which PostgreSQL leaves a failed statement', () => {
  let rounds = 0;
  const engine = {
    _PostgresMainLoopOnce: () => {
      rounds += 1;
      throw Object.assign(new Error('longjmp'), { status: 100 });
    },
  };
  stopAtAbort(engine);
  expect([ask(engine), ask(engine), rounds]).toEqual([100, 100, 2]);
});
