import { count } from './count';
import type { MeasureKind } from './measure';
import { sum } from './sum';
import { value } from './value';

/** Builds the registry. @throws Error where two measures claim one verb */
export function registryOf(kinds: readonly MeasureKind[]): ReadonlyMap<string, MeasureKind> {
  const registry = new Map<string, MeasureKind>();
  for (const kind of kinds) {
    if (registry.has(kind.verb)) throw new Error(`Two measures claim the verb "${kind.verb}".`);
    registry.set(kind.verb, kind);
  }
  return registry;
}

/** Every measure of the rule language, by its verb. */
export const measureKinds = registryOf([value, count, sum]);
