import type { Rhythm } from './calendar';
import type { Random } from './random';

/** A moment of the day, in milliseconds since it began, drawn from a rhythm. */
export function moment(random: Random, rhythm: Rhythm): number {
  return random.weighted(rhythm) * 3_600_000 + random.between(0, 3_599_999);
}
