import type { Alert, AlertCommand, AlertState } from './alert';
import { closedToHit, decideAlert, evolveAlert, initialAlertState, maxAgeOfAlert, maxHitsOfAlert } from './alert';
import type { AlertEvent } from './alert-events';
import type { AlertGroup, AlertHit, HitStanding } from './alert-hit';
import { alertGroupKey, alertGroupOf, alertIdOf } from './alert-id';

const day0 = Date.UTC(2026, 10, 22);
const group: AlertGroup = [{ field: 'accountId', value: 'A1' }];

function hit(name: string, over: Partial<AlertHit> & { occurredAt?: number; offset?: number } = {}): AlertHit {
  const { occurredAt = day0, offset = 0, ...rest } = over;
  return {
    hitId: name.padEnd(64, '0'),
    status: 'raised',
    version: 1,
    severity: 'medium',
    fact: { source: 'default', id: name, occurredAt, accountId: 'A1', customerId: 'C1', branchId: 'B1' },
    cause: { source: 'default', id: name },
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
    ...rest,
  };
}

const raise = (h: AlertHit, linkedTo: string | null = null): AlertCommand => ({
  type: 'raise-alert',
  rule: 'r',
  title: { en: 'R', zh: '规' },
  group,
  confirmWithCustomer: false,
  due: 3_600_000,
  linkedTo,
  hit: h,
  at: day0 + 5,
});
const join = (h: AlertHit, rule = 'r'): AlertCommand => ({ type: 'join-hit', rule, group, hit: h, at: day0 + 6 });
const record = (h: AlertHit): AlertCommand => ({ type: 'record-hit', hit: h, at: day0 + 7 });

function accepted(command: AlertCommand, state: AlertState): readonly AlertEvent[] {
  const decision = decideAlert(command, state);
  if (!decision.ok) throw new Error(`refused: ${decision.refusal}`);
  return decision.events;
}

function given(...commands: readonly AlertCommand[]): Alert {
  const state = commands.reduce<AlertState>(
    (before, command) => accepted(command, before).reduce(evolveAlert, before),
    initialAlertState,
  );
  if (state === null) throw new Error('no command given');
  return state;
}

describe('raising an alert', () => {
  it('names the alert after the hit that raised it and sets the deadline from the time of raising', () => {
    const alert = given(raise(hit('a')));
    expect(alert).toMatchObject({
      id: alertIdOf('a'.padEnd(64, '0')),
      groupKey: alertGroupKey('r', group),
      openedAt: day0,
      raisedAt: day0 + 5,
      dueAt: day0 + 5 + 3_600_000,
      hits: 1,
      standingHits: 1,
    });
  });

  it('gives the id that the published rule gives: 32 hex of SHA-256 over ["alert", hitId]', () => {
    // printf '["alert","%s"]' "$(printf 'a%.0s' $(seq 64))" | sha256sum
    expect(alertIdOf('a'.repeat(64))).toBe('5146118d54616667f54434c2929ee32f');
  });

  it.each([
    ['an alert that exists', raise(hit('b')), given(raise(hit('a'))), 'already-raised'],
    ['a withdrawn hit', raise(hit('a', { status: 'withdrawn' })), null, 'does-not-stand'],
  ] as const)('refuses %s', (_what, command, state, refusal) => {
    expect(decideAlert(command, state)).toEqual({ ok: false, refusal });
  });
});

describe('joining an alert', () => {
  it('counts the hit and lifts the severity, which a less grave hit does not lower', () => {
    const alert = given(raise(hit('a')), join(hit('b', { severity: 'critical' })), join(hit('c', { severity: 'low' })));
    expect(alert).toMatchObject({ hits: 3, standingHits: 3, severity: 'critical', dueAt: day0 + 5 + 3_600_000 });
  });

  it.each([
    ['before the alert was raised', join(hit('b')), null, 'not-raised'],
    ['another rule', join(hit('b'), 'other'), given(raise(hit('a'))), 'other-group'],
    ['a hit that is on it', join(hit('a', { offset: 9 })), given(raise(hit('a'))), 'hit-known'],
    ['a withdrawn hit', join(hit('b', { status: 'withdrawn' })), given(raise(hit('a'))), 'does-not-stand'],
  ] as const)('refuses %s', (_what, command, state, refusal) => {
    expect(decideAlert(command, state)).toEqual({ ok: false, refusal });
  });

  it('takes the 1,000th hit and refuses the next, the withdrawn counting too', () => {
    const almost: Alert = { ...given(raise(hit('a'))), hits: maxHitsOfAlert - 1, standingHits: 1 };
    const full = accepted(join(hit('b')), almost).reduce<AlertState>(evolveAlert, almost);
    expect(full?.hits).toBe(1_000);
    expect(decideAlert(join(hit('c')), full)).toEqual({ ok: false, refusal: 'full' });
  });

  it('takes a hit one millisecond short of 30 days after its first and refuses one of 30 days', () => {
    const alert = given(raise(hit('a')));
    expect(maxAgeOfAlert).toBe(2_592_000_000);
    expect(closedToHit(alert, day0 + maxAgeOfAlert - 1)).toBeNull();
    expect(decideAlert(join(hit('b', { occurredAt: day0 + maxAgeOfAlert })), alert)).toEqual({
      ok: false,
      refusal: 'too-old',
    });
  });

  it('takes a late hit from before its first', () => {
    expect(closedToHit(given(raise(hit('a'))), day0 - 2 * maxAgeOfAlert)).toBeNull();
  });
});

describe('recording states of a hit on its alert', () => {
  const types = (from: HitStanding, to: HitStanding) => {
    const before = given(raise(hit('a')), join(hit('b')), record(hit('b', { status: from, offset: 1 })));
    const events = accepted(record(hit('b', { status: to, offset: 2 })), before);
    return { types: events.map(({ type }) => type), after: events.reduce<AlertState>(evolveAlert, before) };
  };

  it.each([
    ['raised', 'revised', 'hit-revised', 2],
    ['revised', 'withdrawn', 'hit-withdrawn', 1],
    ['withdrawn', 'reinstated', 'hit-reinstated', 2],
    ['withdrawn', 'revised', 'hit-reinstated', 2], // the reinstatement between was never seen
    ['withdrawn', 'withdrawn', 'hit-withdrawn', 1],
    ['raised', 'reinstated', 'hit-revised', 2],
  ] as const)('from %s to %s is %s and leaves %i standing', (from, to, type, standing) => {
    const { types: seen, after } = types(from, to);
    expect(seen).toEqual([type]);
    expect(after).toMatchObject({ hits: 2, standingHits: standing });
  });

  it('keeps an alert whose hits are all withdrawn, with none standing', () => {
    const alert = given(raise(hit('a')), record(hit('a', { status: 'withdrawn', offset: 1 })));
    expect(alert).toMatchObject({ hits: 1, standingHits: 0 });
  });

  it.each([
    ['the same position', { offset: 3 }, 'not-newer'],
    ['an older position', { offset: 2 }, 'not-newer'],
    [
      'a position of another partition',
      { asOf: { topic: 'weir.facts.v1', partition: 1, offset: 9, step: 0 } },
      'foreign-position',
    ],
    ['a position of another topic', { asOf: { topic: 'other', partition: 0, offset: 9, step: 0 } }, 'foreign-position'],
  ] as const)('refuses %s', (_what, over, refusal) => {
    const alert = given(raise(hit('a', { offset: 3 })));
    expect(decideAlert(record(hit('a', { status: 'revised', ...over })), alert)).toEqual({ ok: false, refusal });
  });

  it('takes a later step at the same offset', () => {
    const alert = given(raise(hit('a', { offset: 3 })));
    const asOf = { topic: 'weir.facts.v1', partition: 0, offset: 3, step: 1 };
    expect(decideAlert(record(hit('a', { status: 'revised', asOf })), alert).ok).toBe(true);
  });

  it('refuses a hit that never joined it', () => {
    expect(decideAlert(record(hit('b')), given(raise(hit('a'))))).toEqual({ ok: false, refusal: 'hit-unknown' });
    expect(decideAlert(record(hit('b')), null)).toEqual({ ok: false, refusal: 'not-raised' });
  });
});

describe('an alert from its events', () => {
  it('cannot begin with a hit', () => {
    const [, joined] = [raise(hit('a')), join(hit('b'))].map(
      (command, index) => accepted(command, index === 0 ? null : given(raise(hit('a'))))[0],
    );
    expect(() => evolveAlert(null, joined as AlertEvent)).toThrow('its stream lacks alert-raised');
  });

  it('counts a hit withdrawn that it does not hold as one that stood', () => {
    const alert = given(raise(hit('a')), join(hit('b')));
    const body = { alertId: alert.id, at: day0, hit: hit('b', { status: 'withdrawn', offset: 1 }) };

    const holdingFew = evolveAlert({ ...alert, hitsById: new Map() }, { type: 'hit-withdrawn', body });

    expect(holdingFew).toMatchObject({ hits: 2, standingHits: 1 });
  });

  it('keeps fields of a group apart that would read the same when joined', () => {
    const key = (...pairs: readonly (readonly [string, string])[]) =>
      alertGroupKey(
        'r',
        pairs.map(([field, value]) => ({ field, value })),
      );
    expect(key(['a', 'x|y'], ['b', 'z'])).not.toBe(key(['a', 'x'], ['b', 'y|z']));
    expect(key(['a', 'x'])).not.toBe(key(['b', 'x']));
  });
});

describe('the group of an alert', () => {
  const fact = (over: Partial<AlertHit['fact']>): AlertHit['fact'] => ({
    source: 's',
    id: 'f',
    occurredAt: 0,
    accountId: null,
    customerId: null,
    branchId: null,
    ...over,
  });

  it("is the rule's where it has one", () => {
    expect(alertGroupOf(group, fact({ accountId: 'A2' }))).toEqual(group);
  });

  it.each([
    ['account', { accountId: 'A', customerId: 'C', branchId: 'B' }, [{ field: 'accountId', value: 'A' }]],
    ['customer', { customerId: 'C', branchId: 'B' }, [{ field: 'customerId', value: 'C' }]],
    ['branch', { branchId: 'B' }, [{ field: 'branchId', value: 'B' }]],
    ['none', {}, []],
  ])("for a rule without groups is the fact's %s", (_what, over, wanted) => {
    expect(alertGroupOf([], fact(over))).toEqual(wanted);
  });
});
