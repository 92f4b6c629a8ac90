import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until the answer is true. @throws Error naming what was waited for, and the last failure */
export async function until(what, ask, { withinMs = 120_000, everyMs = 100 } = {}) {
  const end = performance.now() + withinMs;
  let last = 'not yet';
  while (performance.now() < end) {
    try {
      if (await ask()) return;
      last = 'not yet';
    } catch (error) {
      last = error.message;
    }
    await pause(everyMs);
  }
  throw new Error(`Waited ${withinMs} ms for ${what}: ${last}`);
}
