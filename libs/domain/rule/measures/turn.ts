import { fieldOf } from '../field';
import { below } from '../rule-error';
import { countUnit, withoutCurrency } from '../unit';
import { measureKind, type Aggregate, type Contribution } from './measure';

interface Leg {
  readonly thing: string;
  readonly direction: 'in' | 'out';
}

/** `{turn: attributes.bond}`: how often the triggering fact's thing went both ways, e.g. the same bond bought and sold. */
export const turn = measureKind('turn', (spec, { currency, place }) => {
  const field = fieldOf(spec.turn, below(place, 'measure', 'turn'));
  withoutCurrency(currency, 'Turns are counted', below(place, 'threshold'));
  return {
    unit: countUnit,
    input: `leg ${spec.turn}`,
    orderFree: true,
    contributes: 'objects',
    contribution: (fact): Contribution<Leg> => {
      const thing = field.text(fact);
      return thing === undefined || fact.direction === undefined ? null : { thing, direction: fact.direction };
    },
    own: (fact) => field.text(fact) ?? null,
    looking: { kind: 'aggregate', begin: () => new Turn() },
    shows: ({ thing }, own) => thing === own,
    showsTrigger: false,
  };
});

class Turn implements Aggregate<Leg, string> {
  private readonly legs = new Map<string, { in: number; out: number }>();

  enter({ thing, direction }: Leg): void {
    const legs = this.legs.get(thing) ?? { in: 0, out: 0 };
    legs[direction]++;
    this.legs.set(thing, legs);
  }

  leave({ thing, direction }: Leg): void {
    const legs = this.legs.get(thing);
    if (legs === undefined) return;
    legs[direction]--;
    if (legs.in + legs.out === 0) this.legs.delete(thing);
  }

  measured(own: string): number {
    const legs = this.legs.get(own);
    return legs === undefined ? 0 : Math.min(legs.in, legs.out);
  }

  shown(own: string): number {
    const legs = this.legs.get(own);
    return legs === undefined ? 0 : legs.in + legs.out;
  }
}
