import { alertExample } from './alert.example';
import type { AlertEventMessage } from './alert-event.schema';

/** The example of an alert, as others learn of it. */
export const alertEventExample: AlertEventMessage = {
  type: 'alert-raised',
  alertId: alertExample.id,
  rule: alertExample.rule,
  title: alertExample.title,
  severity: alertExample.severity,
  branchId: 'B12',
  occurredAt: alertExample.firstOccurredAt,
  raisedAt: alertExample.raisedAt,
  dueAt: alertExample.dueAt,
  linkedTo: null,
};
