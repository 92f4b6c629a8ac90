import { setImmediate as othersTurn } from 'node:timers/promises';

/** Does work to its end in which others have their turn wherever it yields. Nobody may look at what it works on before. */
export async function inTurns<T>(work: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await othersTurn();
  }
}

/**
 * Does again what the deltas of a checkpoint say, one after another in their order. Measuring a busy day again can take longer
 * than a session lasts, so everybody else has a turn after each: signs of life go out, other partitions go on. How the evaluations ended
 * was counted when they were made.
 */
export async function redo<State extends { redo(delta: Buffer): void; takeTally(): unknown }>(
  state: State,
  deltas: readonly Buffer[],
): Promise<State> {
  for (const delta of deltas) {
    state.redo(delta);
    await othersTurn();
  }
  state.takeTally();
  return state;
}
