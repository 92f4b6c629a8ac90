import type { FactMessage } from '@weir/contracts';
import type { Profile } from './population';
import { branchName } from './population';

/** The systems that write facts. */
export type Source = 'core-banking' | 'ebank-front';

/** A fact before it has its place in the day: all but its id and its time. */
export interface Draft {
  /** Milliseconds since the beginning of the local day, [0, 86,400,000). */
  readonly at: number;
  readonly source: Source;
  readonly kind: FactMessage['kind'];
  readonly accountId?: string;
  readonly customerId?: string;
  readonly type: string;
  readonly channel: string;
  readonly counterpartyId?: string;
  readonly direction?: 'in' | 'out';
  /** Minor units of `currency`. */
  readonly amount?: number;
  readonly currency?: string;
  readonly branchId: string;
  readonly tellerId?: string;
  readonly deviceId?: string;
  readonly attributes?: Attributes;
  /** The teller acts alone: nobody authorises it, however large it is. */
  readonly unauthorised?: true;
}

/** What a fact says beside its fields. */
export type Attributes = Readonly<Record<string, string | boolean | number>>;

/** What every fact says of its account. */
export interface Account {
  readonly accountId: string;
  readonly customerId: string;
  readonly branchId: string;
}

/** The account as facts name it. */
export function accountOf(profile: Profile): Account {
  return {
    accountId: profile.accountId,
    customerId: profile.customerId,
    branchId: branchName(profile.branch),
  };
}

/** `business` or `personal`, whether the account is kept as dormant, and for whoever uses e-banking how they sign in. */
export function attributesOf(profile: Profile, online: boolean): Attributes {
  const customerType = profile.persona === 'business' ? 'business' : 'personal';
  const kept: Attributes = profile.persona === 'dormant' && !profile.sleeper ? { dormant: true } : {};
  if (!online) return { customerType, ...kept };
  return { customerType, ...kept, certificate: profile.edition === 'certificate', edition: profile.edition };
}
