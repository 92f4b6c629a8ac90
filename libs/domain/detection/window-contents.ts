import type { Fact } from '../fact/fact';
import { evaluationErrors, Spoilt, type Aggregate, type AnyMeasure, type Measured } from '../rule/measures/measure';
import { totalWidth, WindowTotal } from '../rule/measures/window-total';
import { WindowMemory } from './window-memory';

/** Numbers that are kept of the contents of a window: how many facts cannot be read, then its total where the measure looks at that. */
export const contentsWidth = (measure: AnyMeasure): number => 1 + (measure.looking.kind === 'total' ? totalWidth : 0);

/** Reads and changes what is in a window. One of these serves the windows of all groups, one after the other. */
export class WindowContents {
  private readonly total = new WindowTotal();
  private readonly looksAtTotal: boolean;
  private memory: WindowMemory = new WindowMemory(0);
  private at = 0;

  constructor(private readonly measure: AnyMeasure) {
    this.looksAtTotal = measure.looking.kind === 'total';
  }

  /** Looks at the contents whose numbers begin at a place. */
  on(memory: WindowMemory, at: number): this {
    this.memory = memory;
    this.at = at;
    this.total.on(memory.numbers, at + 1);
    return this;
  }

  /** Begins an empty window. */
  clear(): void {
    this.memory.numbers[this.at] = 0;
    const objects = this.memory.objectsAt(this.at);
    if (objects !== null) objects.unreadBy = null;
    const { looking } = this.measure;
    if (looking.kind === 'total') this.total.clear();
    else this.memory.madeObjectsAt(this.at).aggregate = looking.begin();
  }

  /** Begins with a total whose sum is `excess` * 2^52 + `sum`, and how many facts cannot be read, by error. */
  begin(facts: number, sum: number, excess: number, unread: readonly number[] | null): void {
    this.clear();
    this.total.begin(facts, sum, excess);
    if (unread === null) return;
    this.memory.numbers[this.at] = unread.reduce((all, count) => all + count, 0);
    this.memory.madeObjectsAt(this.at).unreadBy = [...unread];
  }

  enter(contribution: unknown): void {
    if (this.looksAtTotal && typeof contribution === 'number') this.total.enter(contribution);
    else if (contribution instanceof Spoilt) this.count(contribution, 1);
    else this.aggregate.enter(contribution);
  }

  leave(contribution: unknown): void {
    if (this.looksAtTotal && typeof contribution === 'number') this.total.leave(contribution);
    else if (contribution instanceof Spoilt) this.count(contribution, -1);
    else this.aggregate.leave(contribution);
  }

  /** The value at a triggering fact. `entered`: it is the newest that entered. */
  measured(trigger: Fact, entered: boolean): Measured {
    const own = this.measure.own(trigger);
    if (own === null) return 'nothing-measured';
    if ((this.memory.numbers[this.at] ?? 0) > 0 || own instanceof Spoilt) return this.error(own);
    const { looking } = this.measure;
    return looking.kind === 'total'
      ? looking.measured(this.total, own, entered)
      : this.aggregate.measured(own, entered);
  }

  /** How many facts the evidence is about at a triggering fact whose own reading is given. */
  shown(own: unknown, entered: boolean): number {
    const { looking } = this.measure;
    return looking.kind === 'total' ? looking.shown(this.total, own, entered) : this.aggregate.shown(own, entered);
  }

  private get aggregate(): Aggregate<unknown, unknown> {
    const aggregate = this.memory.objectsAt(this.at)?.aggregate ?? null;
    if (aggregate === null) throw new Error('A window is read before it has begun.');
    return aggregate;
  }

  private error(own: unknown): Measured {
    const unreadBy = this.memory.objectsAt(this.at)?.unreadBy;
    const spoilt = evaluationErrors.find(
      (error, index) => (unreadBy?.[index] ?? 0) > 0 || (own instanceof Spoilt && own.error === error),
    );
    if (spoilt === undefined) throw new Error('A window is spoilt by no error.');
    return spoilt;
  }

  private count({ error }: Spoilt, by: 1 | -1): void {
    const { numbers } = this.memory;
    const unreadBy = (this.memory.madeObjectsAt(this.at).unreadBy ??= evaluationErrors.map(() => 0));
    const index = evaluationErrors.indexOf(error);
    numbers[this.at] = (numbers[this.at] ?? 0) + by;
    unreadBy[index] = (unreadBy[index] ?? 0) + by;
  }
}
