import type { Fact } from '../../fact/fact';
import { ExactSum } from '../../money/exact-sum';
import { fieldOf } from '../field';
import { below } from '../rule-error';
import { plainScale, plainUnit, unitsInput, unitsOf, withoutCurrency } from '../unit';
import { measureKind, Spoilt, type Aggregate, type Contribution, type Measured, type MeasureInputs } from './measure';

interface Part {
  readonly value: string;
  readonly weight: number;
}

/** `{share: attributes.product, of: amount}`: the part of the whole that falls to the triggering fact's own value. */
export const share = measureKind('share', (spec, inputs) => {
  const field = fieldOf(spec.share, below(inputs.place, 'measure', 'share'));
  const weightOf = weights(spec.of, inputs);
  return {
    unit: plainUnit,
    input: `share ${spec.share} ${spec.of === undefined ? 'facts' : unitsInput(spec.of, inputs.currency)}`,
    orderFree: true,
    contributes: 'objects',
    contribution: (fact): Contribution<Part> => {
      const value = field.text(fact);
      const weight = value === undefined ? null : weightOf(fact);
      if (value === undefined || weight === null || weight instanceof Spoilt)
        return weight instanceof Spoilt ? weight : null;
      return { value, weight };
    },
    own: (fact) => field.text(fact) ?? null,
    looking: { kind: 'aggregate', begin: () => new Share() },
    shows: ({ value }, own) => value === own,
    showsTrigger: false,
  };
});

function weights(of: string | undefined, inputs: MeasureInputs): (fact: Fact) => Contribution<number> {
  const { currency, references, place } = inputs;
  if (of !== undefined) {
    return unitsOf(fieldOf(of, below(place, 'measure', 'of')), currency, references, below(place, 'threshold')).read;
  }
  withoutCurrency(currency, 'Facts are counted', below(place, 'threshold'));
  return () => 1;
}

class Share implements Aggregate<Part, string> {
  private readonly whole = new ExactSum();
  private readonly parts = new Map<string, { facts: number; readonly sum: ExactSum }>();

  enter({ value, weight }: Part): void {
    this.whole.add(weight);
    const part = this.parts.get(value) ?? { facts: 0, sum: new ExactSum() };
    part.facts++;
    part.sum.add(weight);
    this.parts.set(value, part);
  }

  leave({ value, weight }: Part): void {
    this.whole.subtract(weight);
    const part = this.parts.get(value);
    if (part === undefined) return;
    part.facts--;
    part.sum.subtract(weight);
    if (part.facts === 0) this.parts.delete(value);
  }

  measured(own: string): Measured {
    const whole = this.whole.value();
    const known = this.parts.get(own);
    const part = known === undefined ? 0 : known.sum.value();
    if (whole === undefined || part === undefined) return 'out-of-range';
    return whole <= 0 ? 'nothing-measured' : { dividend: part, divisor: whole, shift: plainScale };
  }

  shown(own: string): number {
    return this.parts.get(own)?.facts ?? 0;
  }
}
