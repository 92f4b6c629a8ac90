import { createHash } from 'node:crypto';
import { canonicalJson } from '../fact/canonical';
import type { Json } from '../fact/fact';
import type { Alert } from './alert';
import { closedToHit } from './alert';
import { positionAgainst, stands } from './alert-hit';
import type { AlertHit, HitPosition, HitStanding } from './alert-hit';

/** What is known of a hit from its newest state so far. */
export interface KnownHit {
  /** The alert it is on, for ever; null where it was withdrawn before it was ever on one. */
  readonly alertId: string | null;
  readonly status: HitStanding;
  readonly asOf: HitPosition;
  /** What it said, see `toldBy`; null where that was not written down yet. */
  readonly told: string | null;
}

/** Where a state of a hit belongs. */
export type Placement =
  | { readonly kind: 'ignore'; readonly reason: 'not-newer' | 'foreign-position' | 'repeated' }
  /** Withdrawn and on no alert: remembered, so that older states stay ignored, but nothing to show anyone. */
  | { readonly kind: 'note' }
  /** Of a hit that is on this alert: recorded there. */
  | { readonly kind: 'record'; readonly alertId: string }
  | { readonly kind: 'join'; readonly alertId: string }
  /** Raises an alert; linked to the one before where that one takes no more hits. */
  | { readonly kind: 'raise'; readonly linkedTo: string | null };

/** What a state says of its hit, as a short text: of two states that say the same it is the same. */
export function toldBy({ version, severity, evidence }: AlertHit): string {
  // Evidence is JSON, which its type does not say.
  const said = canonicalJson([version, severity, evidence as unknown as Json]);
  return createHash('sha256').update(said).digest('hex').slice(0, 32);
}

/**
 * Whether a hit that stands is raised once more as it was: a fact came again that detection had forgotten, or a partition was built
 * anew. One that was built anew under other facts may say something else, and then the newer one holds. Of a hit of a single fact nobody
 * looked at others: where it was not written down what it said, it is the same.
 */
function saysNothingNew(hit: AlertHit, { told }: KnownHit): boolean {
  return told === null ? hit.evidence.window === null : told === toldBy(hit);
}

/**
 * Places a state of a hit: ignored where it is not news, else on the alert that the hit is on, else on the open alert of
 * its rule and group, else on a new one. A hit whose first states were lost with a trimmed log is
 * placed by what it is now: standing, it joins or raises like any other.
 *
 * @param known the hit's newest state so far, undefined where this is the first
 * @param current the newest open alert of the hit's rule and group, undefined where there is none
 */
export function placeHit(hit: AlertHit, known: KnownHit | undefined, current: Alert | undefined): Placement {
  if (known !== undefined) {
    const against = positionAgainst(hit.asOf, known.asOf);
    if (against === 'foreign') return { kind: 'ignore', reason: 'foreign-position' };
    if (against === 'not-newer') return { kind: 'ignore', reason: 'not-newer' };
    if (known.alertId !== null && hit.status === 'raised' && stands(known.status) && saysNothingNew(hit, known)) {
      return { kind: 'ignore', reason: 'repeated' };
    }
    if (known.alertId !== null) return { kind: 'record', alertId: known.alertId };
  }
  if (!stands(hit.status)) return { kind: 'note' };
  if (current === undefined) return { kind: 'raise', linkedTo: null };
  const closed = closedToHit(current, hit.fact.occurredAt);
  return closed === null ? { kind: 'join', alertId: current.id } : { kind: 'raise', linkedTo: current.id };
}
