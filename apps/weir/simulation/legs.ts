import { dayLength } from './calendar';
import type { Draft } from './draft';
import { accountOf, attributesOf } from './draft';
import type { Population, Profile } from './population';
import { foreignAccountNumber, streams } from './population';
import { Random } from './random';

/** A transfer about to be made. */
export interface Transfer {
  readonly at: number;
  readonly type: string;
  readonly channel: string;
  /** Minor units of CNY. */
  readonly amount: number;
  readonly deviceId?: string;
}

/**
 * The facts of one transfer: what leaves the payer's account, and where the payee banks here too, what arrives in
 * theirs a moment later.
 */
export function transferLegs(random: Random, population: Population, payer: Profile, transfer: Transfer): Draft[] {
  const { at, type, channel, amount, deviceId } = transfer;
  // Everyone has a few people they pay again and again, here or at another bank.
  const acquaintance = random.below(8);
  const inside = acquaintance < 3;
  const other = (payer.index + 1 + acquaintance * 31) % population.accounts;
  const known = inside && other !== payer.index ? population.profile(other) : undefined;
  // Companies pay companies: what they owe people are wages.
  const payee = payer.persona === 'business' && known?.persona !== 'business' ? undefined : known;
  const outside = (): string =>
    foreignAccountNumber(new Random(population.seed, streams.names, payer.index, acquaintance));
  const out: Draft = {
    ...accountOf(payer),
    at,
    source: 'core-banking',
    kind: 'transaction',
    type,
    channel,
    counterpartyId: payee?.accountId ?? outside(),
    direction: 'out',
    amount,
    currency: 'CNY',
    ...(deviceId === undefined ? {} : { deviceId }),
    attributes: attributesOf(payer, true),
  };
  if (payee === undefined || payee.persona === 'dormant') return [out];
  return [
    out,
    {
      ...accountOf(payee),
      at: Math.min(dayLength - 1, at + random.between(40, 900)),
      source: 'core-banking',
      kind: 'transaction',
      type,
      channel,
      counterpartyId: payer.accountId,
      direction: 'in',
      amount,
      currency: 'CNY',
      attributes: attributesOf(payee, false),
    },
  ];
}
