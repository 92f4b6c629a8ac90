import { average } from './average';
import { count } from './count';
import { distinct } from './distinct';
import { max, min } from './extreme';
import { idle } from './idle';
import type { MeasureKind } from './measure';
import { run } from './run';
import { share } from './share';
import { sum } from './sum';
import { timesUsual } from './times-usual';
import { turn } from './turn';
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
export const measureKinds = registryOf([
  value,
  count,
  sum,
  average,
  max,
  min,
  distinct,
  share,
  run,
  idle,
  turn,
  timesUsual,
]);
