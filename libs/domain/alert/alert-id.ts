import { createHash } from 'node:crypto';
import type { AlertGroup, AlertHit } from './alert-hit';

const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value), 'utf8').digest('hex');

/**
 * Id of the alert that a hit raises: the first 32 hex digits of SHA-256 over the canonical JSON array
 * `["alert", hitId]`. The same hit raises the same alert, however often it is worked on.
 */
export function alertIdOf(hitId: string): string {
  return hash(['alert', hitId]).slice(0, 32);
}

/** Name of the alert's stream in the event store. */
export function alertStreamOf(alertId: string): string {
  return `alert-${alertId}`;
}

/**
 * Names a rule (any version) and one of its groups: hits with the same name may share an alert. Hex SHA-256 over the
 * canonical JSON array `[rule, [[field, value], …]]`; a hash, because values have no length that an index could trust.
 */
export function alertGroupKey(rule: string, group: AlertGroup): string {
  return hash([rule, group.map(({ field, value }) => [field, value])]);
}

/**
 * The group that an alert of this hit is about. A rule without groups would put every customer's hits on one alert; its
 * hits are therefore kept apart by the fact's account, else its customer, else its branch.
 */
export function alertGroupOf(group: AlertGroup, fact: AlertHit['fact']): AlertGroup {
  if (group.length > 0) return group;
  for (const field of ['accountId', 'customerId', 'branchId'] as const) {
    const value = fact[field];
    if (value !== null) return [{ field, value }];
  }
  return group;
}
