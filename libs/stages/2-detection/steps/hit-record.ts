import type { HitState } from '@weir/domain';
import type { NewRecord } from '@weir/platform/record-log';

/** A state of a hit as a record: keyed by rule and group, so that states of one hit and of one alert keep their order. */
export function hitRecord(state: HitState): NewRecord {
  const key = JSON.stringify([state.rule, ...state.group.map(({ value }) => value)]);
  return { key: Buffer.from(key, 'utf8'), value: Buffer.from(JSON.stringify(state), 'utf8') };
}
