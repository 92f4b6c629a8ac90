import { byVersion, governing, type Governed } from './governed';
import { listName, ratesName, referenceName, tableName, type ReferenceSpec } from './reference-spec';
import { ratesOf, type Rates } from './rates';
import { decimalRefusal, parseDecimal, type Decimal } from '../money/decimal';
import type { Json } from '../fact/fact';
import { checkedInstant } from '../rule/checked';
import { below, mistake, type Place } from '../rule/rule-error';

type Lookup<T> = (t: number) => T | undefined;

/** What rules look up, by name and event time (ms): undefined where no version governs that time. */
export class References {
  private readonly versions = new Map<string, Governed<ReferenceSpec>[]>();
  private readonly lists: ReadonlyMap<string, readonly Governed<ReadonlySet<Json>>[]>;
  private readonly tables: ReadonlyMap<string, readonly Governed<ReadonlyMap<string, Decimal>>[]>;
  private readonly rates: ReadonlyMap<string, readonly Governed<Rates>[]>;

  /** @throws RuleError at the first mistake, its `rule` being the name of the reference data */
  constructor(readonly documents: readonly ReferenceSpec[]) {
    const lists = new Map<string, Governed<ReadonlySet<Json>>[]>();
    const tables = new Map<string, Governed<ReadonlyMap<string, Decimal>>[]>();
    const rates = new Map<string, Governed<Rates>[]>();
    for (const document of documents) {
      const name = referenceName(document);
      const place: Place = { rule: name, path: [] };
      const version = {
        version: document.version,
        from: checkedInstant(document.effectiveFrom, below(place, 'effectiveFrom')),
      };
      if (this.versions.get(name)?.some((known) => known.version === version.version) === true) {
        throw mistake(
          below(place, 'version'),
          'duplicate-version',
          `Version ${version.version} of ${name} is given twice.`,
        );
      }
      put(this.versions, name, { ...version, content: document });
      if ('list' in document) put(lists, name, { ...version, content: new Set<Json>(document.values) });
      else if ('table' in document) put(tables, name, { ...version, content: tableOf(document.values, place) });
      else put(rates, name, { ...version, content: ratesOf(document, place) });
    }
    this.lists = lists;
    this.tables = tables;
    this.rates = rates;
  }

  /** The values of a list. */
  list(list: string): Lookup<ReadonlySet<Json>> {
    return lookup(this.lists.get(listName(list)));
  }

  /** The limits of a table by text. */
  table(table: string): Lookup<ReadonlyMap<string, Decimal>> {
    return lookup(this.tables.get(tableName(table)));
  }

  /** Rates into a currency. */
  ratesInto(currency: string): Lookup<Rates> {
    return lookup(this.rates.get(ratesName(currency)));
  }

  /**
   * Event time (ms) from which a name means something else here than there; Infinity where it means the same for ever.
   */
  differFrom(other: References, name: string): number {
    const [here, there] = [this.versions.get(name) ?? [], other.versions.get(name) ?? []];
    const only = (some: typeof here, others: typeof here): number[] =>
      some.filter((one) => !others.some((same) => sameVersion(one, same))).map(({ from }) => from);
    return Math.min(Infinity, ...only(here, there), ...only(there, here));
  }
}

function sameVersion(a: Governed<ReferenceSpec>, b: Governed<ReferenceSpec>): boolean {
  return (
    a.content === b.content ||
    (a.version === b.version &&
      a.from === b.from &&
      JSON.stringify(a.content.values) === JSON.stringify(b.content.values))
  );
}

function put<T>(map: Map<string, Governed<T>[]>, name: string, one: Governed<T>): void {
  map.set(name, [...(map.get(name) ?? []), one].sort(byVersion));
}

const lookup =
  <T>(versions: readonly Governed<T>[] = []): Lookup<T> =>
  (t) =>
    governing(versions, t)?.content;

function tableOf(values: Readonly<Record<string, string | number>>, place: Place): ReadonlyMap<string, Decimal> {
  return new Map(
    Object.entries(values).map(([key, written]) => {
      const decimal = parseDecimal(written);
      if (decimal === undefined) {
        throw mistake(below(place, 'values', key), 'invalid-number', decimalRefusal(written));
      }
      return [key, decimal];
    }),
  );
}
