import { createHash } from 'node:crypto';

/** How long the name of a dimension may become; Kafka's topics have at most 249 characters. */
const longest = 120;

/**
 * The dimension that a lane's topic and consumer group are named after: `customerId` → `customer`, `type` → `type`,
 * `attributes.bond` → `attributes.bond`. Where characters must be replaced or left out (Kafka allows letters, digits, `.` and `-`; it takes
 * `_` for `.`), a part of the name's SHA-256 keeps apart what would look the same. Pure.
 * @param lane name of a field of facts
 */
export function dimensionOf(lane: string): string {
  const plain = lane.startsWith('attributes.') ? lane : lane.replace(/Id$/, '');
  const safe = plain.replaceAll(/[^a-zA-Z0-9.-]/g, '-');
  if (safe === plain && safe.length <= longest) return safe;
  const hash = createHash('sha256').update(lane, 'utf8').digest('hex').slice(0, 12);
  return `${safe.slice(0, longest)}-${hash}`;
}

/**
 * The topic that carries the facts of a facts topic under the keys of a lane: `weir.facts.v1` → `weir.facts.by-customer.v1`. It belongs
 * to that facts topic, whose partitions it counts as its sources; another facts topic has others.
 */
export function laneTopic(factsTopic: string, lane: string): string {
  const [, stem = factsTopic, version = ''] = /^(.*?)(\.v\d+)?$/s.exec(factsTopic) ?? [];
  return `${stem}.by-${dimensionOf(lane)}${version}`;
}
