import fc from 'fast-check';
import type { Alert, AlertCommand } from './alert';
import { decideAlert, evolveAlert, maxAgeOfAlert } from './alert';
import type { AlertGroup, AlertHit, HitStanding } from './alert-hit';
import { alertGroupKey, alertIdOf } from './alert-id';
import type { KnownHit } from './placement';
import { placeHit } from './placement';

const group: AlertGroup = [{ field: 'accountId', value: 'A1' }];
const rule = 'r';

function hit(name: string, status: HitStanding, offset: number, occurredAt = 0): AlertHit {
  return {
    hitId: name,
    status,
    version: 1,
    severity: 'high',
    fact: { source: 'default', id: name, occurredAt, accountId: 'A1', customerId: null, branchId: null },
    cause: null,
    asOf: { topic: 't', partition: 0, offset, step: 0 },
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
  };
}

/** Alerts and hits of one group, worked as the stage works them: place, decide, evolve. */
function settle(states: readonly AlertHit[]): { alerts: Map<string, Alert>; hits: Map<string, KnownHit> } {
  const alerts = new Map<string, Alert>();
  const hits = new Map<string, KnownHit>();
  let current: Alert | undefined;
  const apply = (command: AlertCommand, on: Alert | null): string => {
    const decision = decideAlert(command, on);
    if (!decision.ok) throw new Error(`placed where it was refused: ${decision.refusal}`);
    const after = decision.events.reduce(evolveAlert, on);
    if (after === null) throw new Error('an accepted command left no alert');
    alerts.set(after.id, after);
    if (command.type !== 'record-hit' || current?.id === after.id) current = after;
    return after.id;
  };
  for (const state of states) {
    const placement = placeHit(state, hits.get(state.hitId), current);
    if (placement.kind === 'ignore') continue;
    const alertId = ((): string | null => {
      switch (placement.kind) {
        case 'note':
          return null;
        case 'record':
          return apply({ type: 'record-hit', hit: state, at: 1 }, alerts.get(placement.alertId) ?? null);
        case 'join':
          return apply({ type: 'join-hit', rule, group, hit: state, at: 1 }, alerts.get(placement.alertId) ?? null);
        case 'raise':
          return apply(
            {
              type: 'raise-alert',
              rule,
              group,
              title: { en: 'R', zh: '规' },
              confirmWithCustomer: false,
              due: 1,
              linkedTo: placement.linkedTo,
              hit: state,
              at: 1,
            },
            null,
          );
      }
    })();
    hits.set(state.hitId, { alertId, status: state.status, asOf: state.asOf, told: null });
  }
  return { alerts, hits };
}

/** Which hits stand together, whatever their alert is called. */
function standing({ hits }: ReturnType<typeof settle>): readonly string[] {
  const byAlert = new Map<string, string[]>();
  for (const [hitId, { alertId, status }] of hits) {
    if (status === 'withdrawn') continue;
    if (alertId === null) throw new Error(`${hitId} stands on no alert`);
    byAlert.set(alertId, [...(byAlert.get(alertId) ?? []), `${hitId}:${status}`]);
  }
  return [...byAlert.values()].map((members) => members.sort().join(' ')).sort();
}

const anAlert = (over: Partial<Alert> = {}): Alert => ({
  id: alertIdOf('a'),
  rule,
  groupKey: alertGroupKey(rule, group),
  severity: 'high',
  openedAt: 0,
  raisedAt: 1,
  dueAt: 2,
  linkedTo: null,
  hits: 1,
  standingHits: 1,
  hitsById: new Map(),
  ...over,
});
const known = (status: HitStanding, offset: number, alertId: string | null = alertIdOf('a')): KnownHit => ({
  alertId,
  status,
  asOf: { topic: 't', partition: 0, offset, step: 0 },
  told: null,
});

describe('placing a state of a hit', () => {
  it.each([
    [
      'raises where its group has no alert',
      hit('b', 'raised', 1),
      undefined,
      undefined,
      { kind: 'raise', linkedTo: null },
    ],
    ['joins the open alert', hit('b', 'raised', 1), undefined, anAlert(), { kind: 'join', alertId: alertIdOf('a') }],
    [
      'raises beside a full alert, linked to it',
      hit('b', 'raised', 1),
      undefined,
      anAlert({ hits: 1_000 }),
      { kind: 'raise', linkedTo: alertIdOf('a') },
    ],
    [
      'raises beside an alert 30 days behind it, linked to it',
      hit('b', 'raised', 1, maxAgeOfAlert),
      undefined,
      anAlert(),
      { kind: 'raise', linkedTo: alertIdOf('a') },
    ],
    [
      'stays on its alert for ever, though another is open',
      hit('a', 'revised', 2),
      known('raised', 1, 'old'),
      anAlert(),
      { kind: 'record', alertId: 'old' },
    ],
    [
      'joins where its first state seen is a revision',
      hit('b', 'revised', 1),
      undefined,
      anAlert(),
      { kind: 'join', alertId: alertIdOf('a') },
    ],
    [
      'is noted where its first state seen is a withdrawal',
      hit('b', 'withdrawn', 1),
      undefined,
      anAlert(),
      { kind: 'note' },
    ],
    [
      'joins when reinstated after it was only noted',
      hit('b', 'reinstated', 2),
      known('withdrawn', 1, null),
      anAlert(),
      { kind: 'join', alertId: alertIdOf('a') },
    ],
    [
      'is ignored at the same position',
      hit('a', 'withdrawn', 1),
      known('raised', 1),
      anAlert(),
      { kind: 'ignore', reason: 'not-newer' },
    ],
    [
      'is ignored where only noted before',
      hit('a', 'raised', 1),
      known('withdrawn', 1, null),
      undefined,
      { kind: 'ignore', reason: 'not-newer' },
    ],
    [
      'is ignored from a foreign partition',
      { ...hit('a', 'withdrawn', 9), asOf: { topic: 't', partition: 1, offset: 9, step: 0 } },
      known('raised', 1),
      anAlert(),
      { kind: 'ignore', reason: 'foreign-position' },
    ],
  ] as const)('%s', (_what, state, before, current, wanted) => {
    expect(placeHit(state, before, current)).toEqual(wanted);
  });
});

/** Lives of up to 6 hits: each a run of states at growing offsets. */
const lives = fc.array(fc.array(fc.boolean(), { maxLength: 5 }), { minLength: 1, maxLength: 6 }).map((hits) =>
  hits.flatMap((flips, index) => {
    let status: HitStanding = 'raised';
    const states = [hit(`h${index}`, status, index)];
    flips.forEach((revised, turn) => {
      status = status === 'withdrawn' ? 'reinstated' : revised ? 'revised' : 'withdrawn';
      states.push(hit(`h${index}`, status, 10 * (turn + 1) + index));
    });
    return states;
  }),
);
const inOrder = (states: readonly AlertHit[]) => [...states].sort((a, b) => a.asOf.offset - b.asOf.offset);

describe('the hits that stand', () => {
  it('end on the same alerts whatever the order and the repetitions of their states', () => {
    const anyDelivery = lives.chain((states) =>
      fc.tuple(
        fc.constant(states),
        fc
          .array(fc.constantFrom(...states), { maxLength: 20 })
          .chain((again) => fc.shuffledSubarray([...states, ...again], { minLength: states.length + again.length })),
      ),
    );
    fc.assert(
      fc.property(anyDelivery, ([states, delivered]) => {
        expect(standing(settle(delivered))).toEqual(standing(settle(inOrder(states))));
      }),
      { numRuns: 500 },
    );
  });

  it('are counted by their alert as they are recorded', () => {
    fc.assert(
      fc.property(lives, (states) => {
        const { alerts, hits } = settle(inOrder(states));
        for (const alert of alerts.values()) {
          const members = [...hits.values()].filter(({ alertId }) => alertId === alert.id);
          expect(alert.hits).toBe(members.length);
          expect(alert.standingHits).toBe(members.filter(({ status }) => status !== 'withdrawn').length);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('fill alerts of at most 1,000 hits, each linked to the one before', () => {
    const states = Array.from({ length: 2_001 }, (_, index) => hit(`h${index}`, 'raised', index));
    const alerts = [...settle(states).alerts.values()];
    expect(alerts.map(({ hits }) => hits)).toEqual([1_000, 1_000, 1]);
    expect(alerts.map(({ linkedTo }) => linkedTo)).toEqual([null, alertIdOf('h0'), alertIdOf('h1000')]);
  });
});
