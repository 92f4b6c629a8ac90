/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * One validated, immutable event from upstream. Absent and null upstream fields are absent here.
 * `occurredAt` is event time in milliseconds since 1970-01-01T00:00:00Z; `amount` is in minor units of `currency`, an
 * exact integer. A fact is named by `(source, id)`.
 */
export interface Fact {
  readonly source: string;
  readonly id: string;
  readonly kind: 'transaction' | 'operation';
  readonly occurredAt: number;
  readonly accountId?: string;
  readonly customerId?: string;
  readonly counterpartyId?: string;
  readonly direction?: 'in' | 'out';
  readonly type?: string;
  readonly channel?: string;
  readonly amount?: number;
  readonly currency?: string;
  readonly branchId?: string;
  readonly tellerId?: string;
  readonly deviceId?: string;
  readonly attributes: { readonly [name: string]: Json };
}
