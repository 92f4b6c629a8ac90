import { below } from '../rule-error';
import { countUnit, withoutCurrency } from '../unit';
import { measureKind } from './measure';

/** `{count: facts}`: how many facts. */
export const count = measureKind('count', (_spec, { currency, place }) => {
  withoutCurrency(currency, 'Facts are counted', below(place, 'threshold'));
  return {
    unit: countUnit,
    input: 'facts',
    orderFree: true,
    contributes: 'ones',
    contribution: () => 1,
    own: () => 1,
    looking: { kind: 'total', value: 'facts', measured: ({ facts }) => facts, shown: ({ facts }) => facts },
    shows: () => true,
    showsTrigger: false,
  };
});
