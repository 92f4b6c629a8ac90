import { readFileSync } from 'node:fs';
import type { FactMessage } from '@weir/contracts';
import { homePartition } from '@weir/domain';
import type { NewRecord } from '@weir/platform/record-log';

/** The same days of a bank again and again, each time later and under other ids: facts without end, in their order. */
export class EndlessFacts {
  private readonly facts: readonly { readonly fact: FactMessage; readonly at: number; readonly key: string }[];
  private readonly span: number;
  private given = 0;

  /**
   * @param file of facts in their order, as JSON Lines
   * @param days that the file is of
   */
  constructor(
    file: string,
    days: number,
    private readonly partitions: number,
  ) {
    const lines = readFileSync(file, 'utf8').split('\n');
    this.facts = lines
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as FactMessage)
      .map((fact) => ({ fact, at: Date.parse(fact.occurredAt), key: keyOf(fact) }));
    this.span = days * 86_400_000;
  }

  /** How many were given out. */
  get count(): number {
    return this.given;
  }

  /** The next `count` facts. */
  next(count: number): NewRecord[] {
    return Array.from({ length: count }, () => this.one());
  }

  private one(): NewRecord {
    const round = Math.floor(this.given / this.facts.length);
    const place = this.given % this.facts.length;
    this.given += 1;
    const known = this.facts[place];
    if (known === undefined) throw new Error('There are no facts.');
    const { fact, at, key } = known;
    const occurredAt = new Date(at + round * this.span).toISOString();
    const value = Buffer.from(JSON.stringify({ ...fact, id: `${fact.id}-${round}`, occurredAt }));
    return { key: Buffer.from(key), value, partition: homePartition(key, this.partitions) };
  }
}

const keyOf = ({ accountId, customerId, tellerId, branchId, id }: FactMessage): string =>
  accountId ?? customerId ?? tellerId ?? branchId ?? id;
