import { setTimeout as pause } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { readFigures } from '../summary/figures';
import { announce, hitsText, type Screen } from '../summary/live-summary';

const everyMs = 500;

/**
 * Waits until the `sent` facts of the demo have been measured, and says so: from then on facts of one's own are dated
 * after all that the demo still had to tell of the past.
 */
export async function tellWhenIn(registry: Registry, screen: Screen, sent: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const figures = await readFigures(registry);
    const { accepted, late, duplicates, refused, lag } = figures;
    if (lag === 0 && accepted + duplicates + refused >= sent) {
      const number = new Intl.NumberFormat('en');
      announce(
        screen,
        `The history of the simulated bank is in: ${number.format(accepted)} facts (${number.format(late)} of them late), ` +
          `${hitsText(figures)}. Facts of your own can follow.`,
      );
      return;
    }
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
