import type { DecimalSpec, ScalarSpec } from '../rule/rule-spec';

/**
 * The shape of reference data as the domain reads it, defaults filled in. The contracts of the same names (zod) yield
 * exactly this.
 */
interface VersionedSpec {
  readonly version: number;
  readonly effectiveFrom: string;
}

export interface ListSpec extends VersionedSpec {
  readonly list: string;
  readonly values: readonly ScalarSpec[];
}

export interface TableSpec extends VersionedSpec {
  readonly table: string;
  readonly values: Readonly<Record<string, DecimalSpec>>;
}

export interface RateSpec {
  readonly currency: string;
  readonly from: string;
  readonly rate: string;
}

export interface RatesSpec extends VersionedSpec {
  readonly rates: string;
  readonly values: readonly RateSpec[];
}

export type ReferenceSpec = ListSpec | TableSpec | RatesSpec;

/** Name of reference data across its versions: `list:watched`, `table:authority`, `rates:USD`. */
export function referenceName(spec: ReferenceSpec): string {
  if ('list' in spec) return listName(spec.list);
  return 'table' in spec ? tableName(spec.table) : ratesName(spec.rates);
}

export const listName = (list: string): string => `list:${list}`;
export const tableName = (table: string): string => `table:${table}`;
export const ratesName = (currency: string): string => `rates:${currency}`;
