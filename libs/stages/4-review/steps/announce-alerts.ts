import type { AlertEventMessage } from '@weir/contracts';
import type { NewRecord } from '@weir/platform/record-log';
import type { AlertStep } from './read-events';

const iso = (instant: number): string => new Date(instant).toISOString();

/** What others learn of these events: each alert that was raised, keyed by its id. No account, no customer, no amount. */
export function announceAlerts(steps: readonly AlertStep[]): readonly NewRecord[] {
  return steps.flatMap(({ event }) => {
    if (event.type !== 'alert-raised') return [];
    const { alertId, rule, title, hit, raisedAt, dueAt, linkedTo } = event.body;
    const message: AlertEventMessage = {
      type: 'alert-raised',
      alertId,
      rule,
      title,
      severity: hit.severity,
      branchId: hit.fact.branchId,
      occurredAt: iso(hit.fact.occurredAt),
      raisedAt: iso(raisedAt),
      dueAt: iso(dueAt),
      linkedTo,
    };
    return [{ key: Buffer.from(alertId), value: Buffer.from(JSON.stringify(message)) }];
  });
}
