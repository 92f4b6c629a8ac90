import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until the answer is not undefined. @throws Error naming what was waited for, and the last failure */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, withinMs = 60_000): Promise<T> {
  const end = performance.now() + withinMs;
  let last: unknown = 'no answer';
  while (performance.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = 'not yet';
    } catch (error) {
      last = error;
    }
    await pause(100);
  }
  throw new Error(`Waited ${withinMs} ms for ${what}: ${last instanceof Error ? last.message : String(last)}`);
}
