import { below } from '../rule-error';
import { countUnit, withoutCurrency } from '../unit';
import { measureKind, type Aggregate, type Contribution } from './measure';

/** What a fact is to a run. */
type Part = 'counts' | 'ends';

/**
 * `{run: facts, where: …}`: how many facts of one sort stand in a row at the end of the window, e.g. failed logins since the last
 * that succeeded.
 */
export const run = measureKind(
  'run',
  ({ where = [], until }, { currency, place, conditions }) => {
    withoutCurrency(currency, 'Facts are counted', below(place, 'threshold'));
    const counts = conditions(where, 'where');
    const ends = until === undefined ? () => true : conditions(until, 'until');
    return {
      unit: countUnit,
      input: `run ${JSON.stringify([where, until])}`,
      orderFree: false,
      contributes: 'objects',
      contribution: (fact): Contribution<Part> => (counts(fact) ? 'counts' : ends(fact) ? 'ends' : null),
      own: () => 1,
      looking: { kind: 'aggregate', begin: () => new Run() },
      shows: (part) => part === 'counts',
      showsTrigger: false,
    };
  },
  { readsWhere: true },
);

class Run implements Aggregate<Part, unknown> {
  /** Facts up to the newest that ended a run, itself included. */
  private before = 0;
  private length = 0;

  enter(part: Part): void {
    if (part === 'counts') {
      this.length++;
    } else {
      this.before += this.length + 1;
      this.length = 0;
    }
  }

  leave(): void {
    if (this.before > 0) this.before--;
    else this.length--;
  }

  measured(): number {
    return this.length;
  }

  shown(): number {
    return this.length;
  }
}
