import { until } from '../harness/until';
import { placesOf, type DetectorProcess } from './detectors';
import type { Struck } from './faults';
import type { Ground } from './ground';
import { inWords, Positions, sumOf, type Reading } from './in-flight';
import type { HeldCheckpoint } from './redis-door';

/** Longest that others may take to go on where a detector was stopped, ms. */
const takenOverWithin = 120_000;

/**
 * Stops a detector in its tracks, looks at what it had in hand, and then ends it and starts another, or lets it sleep until
 * others have taken its partitions over and gone on with them.
 * @param held a checkpoint of it that is kept back
 * @returns null where it had nothing in hand: then it goes on as if nothing had been
 */
export async function strike(
  ground: Ground,
  detector: DetectorProcess,
  how: 'kill' | 'pause',
  held: HeldCheckpoint | null = null,
): Promise<Struck | null> {
  const { log } = ground;
  // 1. What it reads, and where that ends: what comes after is not counted.
  const places = await placesOf(detector);
  const own = (what: Reading, place: string): boolean =>
    (what === 'facts' || what === 'keyed anew') && places.has(place);
  const ends = await Positions.ends(log);
  // 2. Strike.
  detector.service.pause();
  const committed = await Positions.committed(log);
  const flight = ends.since(committed, own);
  if (held === null && sumOf(flight, 'facts', 'keyed anew') === 0) {
    detector.service.goOn();
    return null;
  }
  const batch = held === null ? '' : `a batch of ${held.place}; `;
  const struck = { whom: `detector ${detector.number} (${places.size} partitions)`, inFlight: batch + inWords(flight) };
  // 3. What follows from it.
  if (how === 'kill') {
    held?.drop();
    await ground.detectors.kill(detector);
    await ground.detectors.start();
    return struck;
  }
  await until(
    `others to go on with the partitions of detector ${detector.number}`,
    async () =>
      (await Positions.committed(log)).allBeyond(committed, (what, place) => what === 'facts' && own(what, place))
        ? true
        : undefined,
    takenOverWithin,
  );
  held?.letGo();
  detector.service.goOn();
  await detector.service.ready();
  return struck;
}
