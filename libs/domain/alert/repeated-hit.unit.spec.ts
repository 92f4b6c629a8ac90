import type { AlertHit, HitStanding } from './alert-hit';
import { placeHit, toldBy, type KnownHit } from './placement';

const hit = (status: HitStanding, offset: number): AlertHit => ({
  hitId: 'a'.repeat(64),
  status,
  version: 1,
  severity: 'medium',
  fact: { source: 'default', id: 'a', occurredAt: 0, accountId: 'A1', customerId: null, branchId: null },
  cause: { source: 'default', id: 'a' },
  asOf: { topic: 'weir.facts.v1', partition: 0, offset, step: 0 },
  evidence: {
    measured: null,
    limit: null,
    comparison: null,
    currency: null,
    window: null,
    count: 1,
    facts: [],
    incomplete: false,
  },
});
const known = (
  status: HitStanding,
  alertId: string | null,
  told: string | null = toldBy(hit('raised', 1)),
): KnownHit => ({
  alertId,
  status,
  asOf: hit(status, 1).asOf,
  told,
});
const windowed = (measured: string): AlertHit => {
  const { evidence, ...rest } = hit('raised', 2);
  return { ...rest, evidence: { ...evidence, measured, window: { from: 0, to: 1, fromIncluded: false } } };
};

describe('a hit that is raised again by a fact that detection had forgotten', () => {
  it.each<[HitStanding]>([['raised'], ['revised'], ['reinstated']])('changes nothing where it is %s', (status) => {
    expect(placeHit(hit('raised', 2), known(status, 'alert'), undefined)).toEqual({
      kind: 'ignore',
      reason: 'repeated',
    });
  });

  it('is recorded where it had been withdrawn', () => {
    expect(placeHit(hit('raised', 2), known('withdrawn', 'alert'), undefined)).toEqual({
      kind: 'record',
      alertId: 'alert',
    });
  });

  it('raises an alert where it is on none', () => {
    expect(placeHit(hit('raised', 2), known('withdrawn', null), undefined)).toEqual({ kind: 'raise', linkedTo: null });
    expect(placeHit(hit('raised', 2), known('raised', null), undefined)).toEqual({ kind: 'raise', linkedTo: null });
  });

  it.each<[HitStanding]>([['revised'], ['withdrawn'], ['reinstated']])('is recorded where it comes as %s', (status) => {
    expect(placeHit(hit(status, 2), known('raised', 'alert'), undefined)).toEqual({ kind: 'record', alertId: 'alert' });
  });

  it('is recorded where it says something else than it did, as after the partition was built anew', () => {
    const standing = known('raised', 'alert', toldBy(windowed('14.00')));
    expect(placeHit(windowed('14.00'), standing, undefined)).toEqual({ kind: 'ignore', reason: 'repeated' });
    expect(placeHit(windowed('21.00'), standing, undefined)).toEqual({ kind: 'record', alertId: 'alert' });
  });

  it('is recorded where it was not written down what it said, unless it looks at one fact alone', () => {
    const standing = known('revised', 'alert', null);
    expect(placeHit(windowed('14.00'), standing, undefined)).toEqual({ kind: 'record', alertId: 'alert' });
    expect(placeHit(hit('raised', 2), standing, undefined)).toEqual({ kind: 'ignore', reason: 'repeated' });
  });
});
