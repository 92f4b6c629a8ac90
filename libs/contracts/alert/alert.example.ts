import { hitExample } from '../hit/hit.example';
import type { Alert } from './alert.schema';

/** The alert that the example of a hit raised. */
export const alertExample: Alert = {
  id: '5e2a7c0c9b1d4f6e8a7b6c5d4e3f2a1b',
  rule: hitExample.rule,
  title: hitExample.title,
  severity: hitExample.severity,
  state: 'raised',
  group: hitExample.group,
  accountId: hitExample.fact.accountId,
  customerId: hitExample.fact.customerId,
  branches: ['B12'],
  hits: 1,
  standingHits: 1,
  firstOccurredAt: '2026-11-22T00:15:30.123Z',
  lastOccurredAt: '2026-11-22T00:15:30.123Z',
  raisedAt: '2026-11-22T00:15:31.004Z',
  dueAt: '2026-11-22T04:15:31.004Z',
  linkedTo: null,
  hitList: [
    {
      hitId: hitExample.hitId,
      status: 'raised',
      ruleVersion: 3,
      fact: { source: 'default', id: 'T20261122-000003', occurredAt: '2026-11-22T00:15:30.123Z' },
      evidence: {
        ...hitExample.evidence,
        window: { from: '2026-11-21T16:00:00.000Z', to: '2026-11-22T00:15:30.123Z', fromIncluded: true },
        facts: hitExample.evidence.facts.map((fact) => ({
          ...fact,
          occurredAt: new Date(fact.occurredAt).toISOString(),
        })),
      },
    },
  ],
  nextHits: null,
  history: [{ at: '2026-11-22T00:15:31.004Z', type: 'alert-raised', hitId: hitExample.hitId }],
  nextHistory: null,
};
