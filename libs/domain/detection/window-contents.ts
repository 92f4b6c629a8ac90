import type { Fact } from '../fact/fact';
import { evaluationErrors, Spoilt, type Aggregate, type AnyMeasure, type Measured } from '../rule/measures/measure';

/** What is in a window: what the measure keeps, and how many of its facts cannot be read, by error. */
export class WindowContents {
  private readonly aggregate: Aggregate<unknown, unknown>;
  /** Facts that cannot be read, in all and by error; the latter made when it is first needed. */
  private unread = 0;
  private unreadBy: number[] | null = null;

  constructor(private readonly measure: AnyMeasure) {
    this.aggregate = measure.aggregate();
  }

  enter(contribution: unknown): void {
    if (contribution instanceof Spoilt) this.count(contribution, 1);
    else this.aggregate.enter(contribution);
  }

  leave(contribution: unknown): void {
    if (contribution instanceof Spoilt) this.count(contribution, -1);
    else this.aggregate.leave(contribution);
  }

  /** The value at a triggering fact. `entered`: it is the newest that entered. */
  measured(trigger: Fact, entered: boolean): Measured {
    const own = this.measure.own(trigger);
    if (this.unread > 0 || own instanceof Spoilt) return this.error(own);
    return own === null ? 'nothing-measured' : this.aggregate.measured(own, entered);
  }

  /** How many facts the evidence is about at a triggering fact whose own reading is given. */
  shown(own: unknown, entered: boolean): number {
    return this.aggregate.shown(own, entered);
  }

  private error(own: unknown): Measured {
    const spoilt = evaluationErrors.find(
      (error, index) => (this.unreadBy?.[index] ?? 0) > 0 || (own instanceof Spoilt && own.error === error),
    );
    if (spoilt === undefined) throw new Error('A window is spoilt by no error.');
    return spoilt;
  }

  private count({ error }: Spoilt, by: 1 | -1): void {
    this.unreadBy ??= evaluationErrors.map(() => 0);
    const index = evaluationErrors.indexOf(error);
    this.unread += by;
    this.unreadBy[index] = (this.unreadBy[index] ?? 0) + by;
  }
}
