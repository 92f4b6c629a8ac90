import { setTimeout as pause } from 'node:timers/promises';
import type { Seeded } from '../harness/seeded';
import { until } from '../harness/until';
import { faults, type Fault, type FaultKind } from './faults';
import type { Ground } from './ground';
import { inWords, Positions, sumOf, type Reading } from './in-flight';

/** Longest that it may take until work goes on after a fault, ms. */
const goesOnWithin = 180_000;
/** How long something to strike is looked for, ms. */
const findsWithin = 60_000;
/** Between two looks, ms: readers that keep up have something in flight for moments only. */
const betweenLooks = [1, 50] as const;

/** A fault as it was carried out. */
export interface CarriedOut {
  readonly fault: string;
  readonly whom: string;
  readonly inFlight: string;
  /** Since the load began, ms. */
  readonly at: number;
  /** From the strike until facts were measured and hits or the archive moved on again, ms. */
  readonly tookMs: number;
  /** How often it struck nothing before. */
  readonly struckNothing: number;
}

/**
 * Carries faults out, one after another in an order by the seed, each after work has gone on since the one before and
 * some more time by the seed has passed.
 * @param wait between which times to wait before each, ms
 */
export async function carryOut(
  ground: Ground,
  kinds: readonly FaultKind[],
  wait: readonly [least: number, most: number],
  tell: (done: CarriedOut, index: number) => void,
): Promise<readonly CarriedOut[]> {
  const left = shuffled(kinds, ground.random);
  const done: CarriedOut[] = [];
  const began = performance.now();
  while (left.length > 0) {
    const at = left.findIndex((kind) => (faults[kind] as Fault).fits?.(ground) ?? true);
    if (at < 0) throw new Error(`None of the faults left fits: ${left.join(', ')}`);
    const [kind] = left.splice(at, 1);
    if (kind === undefined) break;
    const one = await strikeSomething(ground, faults[kind], wait, began);
    done.push(one);
    tell(one, done.length);
  }
  return done;
}

async function strikeSomething(
  ground: Ground,
  fault: Fault,
  [least, most]: readonly [number, number],
  began: number,
): Promise<CarriedOut> {
  // The moment is the seed's: at any time of what is under way, or as soon after it as something is.
  await pause(ground.random.between(least, most));
  const latest = performance.now() + findsWithin;
  for (let struckNothing = 0; performance.now() < latest; struckNothing += 1) {
    const startedAt = performance.now();
    const struck = await fault.strike(ground);
    if (struck === null) {
      await pause(ground.random.between(...betweenLooks));
      continue;
    }
    await workGoesOn(ground);
    const endedAt = performance.now();
    return { fault: fault.name, ...struck, at: startedAt - began, tookMs: endedAt - startedAt, struckNothing };
  }
  throw new Error(`${fault.name}: nothing was in flight within ${findsWithin / 1_000} s. Is there any load?`);
}

/** Every reader goes on: facts, facts under another key, the archive. (Hits may be few.) */
async function workGoesOn({ log }: Ground): Promise<void> {
  const before = await until('Kafka', () => Positions.committed(log), goesOnWithin);
  const of: readonly Reading[] = ['facts', 'keyed anew', 'to be archived'];
  await until(
    'work to go on',
    async () => {
      const since = (await Positions.committed(log)).since(before);
      if (of.every((what) => sumOf(since, what) > 0)) return true;
      throw new Error(`since then ${inWords(since)} were committed`);
    },
    goesOnWithin,
  );
}

function shuffled<T>(items: readonly T[], random: Seeded): T[] {
  const left = [...items];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(random.below(left.length), 1));
  return out;
}
