import { below } from '../rule-error';
import { plainScale, plainUnit, withoutCurrency } from '../unit';
import { measureKind, type Aggregate, type Measured } from './measure';

const lengths = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

/** `{idle: days}`: how long nothing happened before the triggering fact. */
export const idle = measureKind('idle', (spec, { currency, place }) => {
  withoutCurrency(currency, 'Time is measured', below(place, 'threshold'));
  return {
    unit: plainUnit,
    input: 'time',
    orderFree: false,
    contributes: 'numbers',
    contribution: ({ occurredAt }) => occurredAt,
    own: ({ occurredAt }) => occurredAt,
    looking: { kind: 'aggregate', begin: () => new Idle(lengths[spec.idle]) },
    shows: () => true,
    showsTrigger: true,
  };
});

class Idle implements Aggregate<number, number> {
  private facts = 0;
  private newest = 0;
  private beforeNewest = 0;

  /** @param length of the unit, ms */
  constructor(private readonly length: number) {}

  enter(t: number): void {
    this.facts++;
    this.beforeNewest = this.newest;
    this.newest = t;
  }

  leave(): void {
    this.facts--;
  }

  measured(own: number, entered: boolean): Measured {
    if (this.facts === (entered ? 1 : 0)) return 'nothing-measured';
    const earlier = entered ? this.beforeNewest : this.newest;
    return { dividend: own - earlier, divisor: this.length, shift: plainScale };
  }

  /** The fact before the silence and the one that ends it. */
  shown(): number {
    return 2;
  }
}
