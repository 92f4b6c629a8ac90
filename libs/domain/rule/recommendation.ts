import { Zone } from '../time/zone';
import type { Window } from '../window/window';
import { checkedDuration, checkedZone } from './checked';
import { below, mistake, type Place } from './rule-error';
import type { RecommendSpec } from './rule-spec';

/** What upstream is recommended to do; times in milliseconds since 1970. */
export interface Recommendation {
  readonly freeze: { readonly until: number };
}

/** What a hit at a time (ms) recommends. @throws RuleError `invalid-duration`, `unknown-zone`, `zone-missing` */
export function recommendationOf(
  { freeze }: RecommendSpec,
  window: Window | null,
  place: Place,
): (t: number) => Recommendation {
  const at = below(place, 'recommend', 'freeze');
  if (freeze.until !== 'nextDay') {
    if (freeze.timezone !== undefined) checkedZone(freeze.timezone, below(at, 'timezone'));
    const length = checkedDuration(freeze.until, below(at, 'until'));
    return (t) => ({ freeze: { until: t + length } });
  }
  const zone = freeze.timezone ?? (window?.kind === 'calendar' ? window.zone : undefined);
  if (zone === undefined) {
    throw mistake(
      below(at, 'until'),
      'zone-missing',
      'nextDay begins in some zone: give timezone, e.g. Asia/Shanghai.',
    );
  }
  checkedZone(zone, below(at, 'timezone'));
  return (t) => ({ freeze: { until: Zone.of(zone).nextDay(t) } });
}
