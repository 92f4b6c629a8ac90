import type { FactMessage } from '@weir/contracts';
import type { Subject } from './abnormal';
import { dayLength, localDay } from './calendar';
import { simulateDay } from './day';
import { populationOf } from './population';

/** What to simulate. */
export interface SimulationSettings {
  /** Any non-negative safe integer; the same seed gives the same facts. */
  readonly seed: number;
  /** How many accounts the bank has; at least 1. */
  readonly accounts: number;
  /** The moment of the first fact at the earliest, in ms UTC. */
  readonly from: number;
  /** How many days of 24 hours. */
  readonly days: number;
}

/** An abnormal behaviour that was put among the facts on purpose. */
export interface PlantedBehaviour {
  readonly behaviour: string;
  /** Ids of the rules of the shipped packs that must find it. */
  readonly rules: readonly string[];
  /** Whose it is: the field of its facts that tells, and its value. */
  readonly about: { readonly [field in Subject]?: string };
  /** Ids of the facts that make it up, in their order. */
  readonly facts: readonly string[];
  /** When its last fact occurred, as that fact writes it. */
  readonly occurredAt: string;
}

/** A fact as it comes out of the simulation. */
export interface SimulatedFact {
  readonly fact: FactMessage;
  /** Event time, ms UTC. */
  readonly occurredAt: number;
  /** The planted behaviour that this fact completes. */
  readonly planted?: PlantedBehaviour;
}

/** Earliest and latest moment that may be simulated: China's zone has been eight hours east since 1991. */
const earliest = Date.UTC(1992, 0, 1);
const latest = Date.UTC(2200, 0, 1);

function check({ seed, accounts, from, days }: SimulationSettings): void {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError('seed must be a whole number from 0 on');
  if (!Number.isSafeInteger(accounts) || accounts < 1 || accounts > 1_000_000) {
    throw new RangeError('accounts must be a whole number from 1 to 1,000,000');
  }
  if (!Number.isSafeInteger(days) || days < 1 || days > 3_660) {
    throw new RangeError('days must be a whole number from 1 to 3,660');
  }
  if (!Number.isSafeInteger(from) || from < earliest || from + days * dayLength > latest) {
    throw new RangeError('the simulated time must lie between 1992 and 2200');
  }
}

/**
 * A bank as its transactions and operations show it: customers with their habits, tellers, devices and branches in
 * Asia/Shanghai, and a few planted abnormal behaviours. Facts come in the order of facts (time, source, id), with ids
 * that are unique and follow from seed, accounts and day alone: asking for other days gives the same facts where they
 * overlap. One day is in memory at a time.
 * @throws RangeError where a setting makes no sense
 */
export function simulate(settings: SimulationSettings): Generator<SimulatedFact, void, undefined> {
  check(settings);
  return factsOf(settings);
}

function* factsOf(settings: SimulationSettings): Generator<SimulatedFact, void, undefined> {
  const { seed, accounts, from, days } = settings;
  const until = from + days * dayLength;
  const population = populationOf(seed, accounts);
  const underWay = new Map<string, string[]>();

  for (let day = localDay(from); day <= localDay(until - 1); day++) {
    const facts = simulateDay(population, day);
    const left = new Map<string, number>();
    for (const { planting } of facts) {
      if (planting === undefined) continue;
      left.set(planting.name, (left.get(planting.name) ?? 0) + 1);
      if (planting.startDay === day && !underWay.has(planting.name)) underWay.set(planting.name, []);
    }
    for (const { fact, occurredAt, planting } of facts) {
      if (occurredAt >= until) return;
      if (occurredAt < from) {
        // What began before the first moment is not whole: it is not reported as planted.
        if (planting !== undefined) underWay.delete(planting.name);
        continue;
      }
      if (planting === undefined) {
        yield { fact, occurredAt };
        continue;
      }
      const { name, behaviour, startDay } = planting;
      const remaining = (left.get(name) ?? 0) - 1;
      left.set(name, remaining);
      const ids = underWay.get(name);
      ids?.push(fact.id);
      const complete = remaining === 0 && day === startDay + behaviour.days - 1;
      if (ids === undefined || !complete) {
        yield { fact, occurredAt };
        continue;
      }
      underWay.delete(name);
      yield {
        fact,
        occurredAt,
        planted: {
          behaviour: behaviour.name,
          rules: behaviour.rules,
          about: { [behaviour.about]: fact[behaviour.about] },
          facts: ids,
          occurredAt: fact.occurredAt,
        },
      };
    }
  }
}
