import { dayLength } from '../calendar';
import type { Attributes, Draft } from '../draft';
import { accountOf, attributesOf } from '../draft';
import type { Profile } from '../population';
import { branchName, foreignAccountNumber, tellerName, tellersAtCounter } from '../population';
import type { Random } from '../random';
import type { Scene } from './behaviour';

export const minute = 60_000;
export const hour = 60 * minute;

/** What is moved; whose it is where it is not the scene's account. */
export interface Movement {
  readonly at: number;
  readonly type: string;
  /** Minor units. */
  readonly amount: number;
  readonly direction?: 'in' | 'out';
  readonly currency?: string;
  readonly counterpartyId?: string;
  readonly deviceId?: string;
  readonly of?: Profile;
}

/** A payment over e-banking, to or from someone at another bank. */
export function online({ random, profile }: Scene, { of = profile, ...movement }: Movement): Draft {
  const shop = movement.type === 'online-payment';
  return {
    ...accountOf(of),
    source: 'core-banking',
    kind: 'transaction',
    channel: 'ebank',
    counterpartyId: shop ? `W${String(random.between(801, 999)).padStart(4, '0')}` : foreignAccountNumber(random),
    direction: 'out',
    currency: 'CNY',
    deviceId: of.devices[0],
    attributes: attributesOf(of, true),
    ...movement,
  };
}

/** What a customer does in e-banking besides paying. */
export function operation(
  { profile }: Scene,
  { at, type, of = profile, deviceId = of.devices[0] }: { at: number; type: string; of?: Profile; deviceId?: string },
): Draft {
  return {
    ...accountOf(of),
    at,
    source: 'ebank-front',
    kind: 'operation',
    type,
    channel: 'ebank',
    deviceId,
    attributes: attributesOf(of, true),
  };
}

/** Cash at a counter, on Sundays at a machine. */
export function cash(
  { random, profile, population, today }: Scene,
  { of = profile, ...movement }: Movement & { readonly branch?: number },
): Draft {
  const { branch = random.below(population.branches), ...rest } = movement;
  const place =
    today.weekday === 0
      ? { channel: 'atm', deviceId: `ATM-${branchName(branch)}-1` }
      : { channel: 'counter', tellerId: tellerName(branch, random.below(tellersAtCounter)) };
  return {
    ...accountOf(of),
    branchId: branchName(branch),
    source: 'core-banking',
    kind: 'transaction',
    currency: 'CNY',
    attributes: attributesOf(of, false),
    direction: rest.type === 'cash-deposit' ? 'in' : 'out',
    ...place,
    ...rest,
  };
}

/** A transfer or remittance at the counter of the account's branch. */
export function atCounter(
  { random, profile }: Scene,
  { of = profile, ...movement }: Movement & { readonly tellerId?: string; readonly unauthorised?: true },
  attributes: Attributes = {},
): Draft {
  return {
    ...accountOf(of),
    source: 'core-banking',
    kind: 'transaction',
    channel: 'counter',
    counterpartyId: foreignAccountNumber(random),
    direction: 'out',
    currency: 'CNY',
    tellerId: tellerName(of.branch, random.below(tellersAtCounter)),
    attributes: { ...attributesOf(of, false), ...attributes },
    ...movement,
  };
}

/** Just above a limit: one time in four by one minor unit, else by up to a tenth of it. */
export function justAbove(random: Random, limit: number): number {
  return random.chance(2_500) ? limit + 1 : random.between(limit + 1, limit + Math.floor(limit / 10));
}

/** From a limit on: one time in four the limit itself, else up to a third above it. */
export function fromOn(random: Random, limit: number): number {
  return random.chance(2_500) ? limit : random.between(limit, limit + Math.floor(limit / 3));
}

/** Two parts, neither of which is much smaller than the other. */
export function halves(random: Random, total: number): [number, number] {
  const part = random.between(Math.floor((total * 4) / 10), Math.floor((total * 6) / 10));
  return [part, total - part];
}

/** Some movements, evenly spread over a time with a little unrest. */
export function spread(
  { random }: Scene,
  count: number,
  from: number,
  length: number,
  draft: (at: number, place: number) => Draft,
): Draft[] {
  const step = Math.floor(length / count);
  return Array.from({ length: count }, (_, place) =>
    draft(Math.min(dayLength - 1, from + place * step + random.between(0, Math.floor(step / 2))), place),
  );
}
