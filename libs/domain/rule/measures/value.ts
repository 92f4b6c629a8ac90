import { fieldOf } from '../field';
import { below } from '../rule-error';
import { unitsInput, unitsOf } from '../unit';
import { measureKind } from './measure';

/** `{value: amount}`: the fact's own value. */
export const value = measureKind(
  'value',
  (spec, { currency, references, place }) => {
    const field = fieldOf(spec.value, below(place, 'measure', 'value'));
    const { unit, read } = unitsOf(field, currency, references, below(place, 'threshold'));
    return {
      unit,
      input: unitsInput(spec.value, currency),
      orderFree: true,
      contributes: 'numbers',
      contribution: read,
      own: read,
      looking: { kind: 'total', value: null, measured: (_total, own: number) => own, shown: () => 1 },
      shows: () => true,
      showsTrigger: true,
    };
  },
  { ofOneFact: true },
);
