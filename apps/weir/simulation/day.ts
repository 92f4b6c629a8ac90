import type { FactMessage } from '@weir/contracts';
import { formatMinor } from '@weir/domain';
import { branchDay } from './branch';
import { businessDay } from './business';
import { dayOfYear, formatLocal, startOfDay } from './calendar';
import type { Attributes, Draft } from './draft';
import { accountOf, attributesOf } from './draft';
import { harmlessDay } from './harmless';
import { personalDay } from './personal';
import type { Planting } from './planted';
import { plantedToday } from './planted';
import type { Population } from './population';
import { streams } from './population';
import { Random } from './random';
import { signaturesOf } from './signatures';
import { wakesToday } from './sleepers';

/** A fact of a simulated day. */
export interface FactOfDay {
  readonly fact: FactMessage;
  /** Event time, ms UTC. */
  readonly occurredAt: number;
  /** The planted behaviour that it belongs to. */
  readonly planting: Planting | undefined;
}

interface Entry {
  readonly draft: Draft;
  readonly planting: Planting | undefined;
}

/** Names a simulation in the ids of its facts, so that two of them may be fed to one system. */
function nameOf(population: Population): string {
  const random = new Random(population.seed, streams.names, population.accounts);
  return random.below(1_048_576).toString(16).padStart(5, '0');
}

function factOf(draft: Draft, id: string, occurredAt: number): FactMessage {
  const { source, kind, accountId, customerId, counterpartyId, direction, type, channel } = draft;
  const { amount, currency, branchId, tellerId, deviceId } = draft;
  const attributes = attributesOfFact(draft);
  return {
    source,
    id,
    kind,
    occurredAt: formatLocal(occurredAt),
    ...(accountId === undefined ? {} : { accountId }),
    ...(customerId === undefined ? {} : { customerId }),
    ...(counterpartyId === undefined ? {} : { counterpartyId }),
    ...(direction === undefined ? {} : { direction }),
    type,
    channel,
    ...(amount === undefined || currency === undefined ? {} : { amount: formatMinor(amount, currency), currency }),
    branchId,
    ...(tellerId === undefined ? {} : { tellerId }),
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}

/** What the system that writes a fact says of it beside what was done: signatures at the counter, the hour online. */
function attributesOfFact(draft: Draft): Attributes | undefined {
  const { attributes, kind, channel, at } = draft;
  const online = kind === 'transaction' && (channel === 'ebank' || channel === 'mobile');
  const hour: Attributes = online ? { hour: Math.floor(at / 3_600_000) } : {};
  const all = { ...attributes, ...signaturesOf(draft), ...hour };
  return Object.keys(all).length === 0 ? undefined : all;
}

/** Interest is paid on the 21st of a quarter's last month, in the first hours. */
function interest(random: Random, population: Population, index: number): Draft {
  const profile = population.profile(index);
  return {
    at: random.between(3_600_000, 3 * 3_600_000),
    source: 'core-banking',
    kind: 'transaction',
    ...accountOf(profile),
    type: 'interest',
    channel: 'batch',
    direction: 'in',
    amount: random.between(1, 9_000),
    currency: 'CNY',
    attributes: attributesOf(profile, false),
  };
}

/**
 * All facts of one local day (days since 1970-01-01 in Asia/Shanghai), in the order of facts: time, source, id. A day
 * follows from the population and its number alone, whichever days were asked for before; ids carry the day. Holds one
 * day in memory, about two facts for each account.
 */
export function simulateDay(population: Population, day: number): FactOfDay[] {
  const today = dayOfYear(day);
  const entries: Entry[] = [];
  for (let index = 0; index < population.accounts; index++) {
    const profile = population.profile(index);
    const random = new Random(population.seed, streams.day, day, index);
    const drafts =
      profile.persona === 'business'
        ? businessDay(random, profile, today, population)
        : personalDay(random, profile, today, population);
    const unusual = new Random(population.seed, streams.harmless, day, index);
    drafts.push(...harmlessDay(unusual, profile, today, population));
    for (const draft of drafts) entries.push({ draft, planting: undefined });
    if (profile.sleeper) {
      for (const part of wakesToday(population, profile, today)) {
        for (const draft of part.drafts) entries.push({ draft, planting: part.planting });
      }
    }
    if (today.dayOfMonth === 21 && today.month % 3 === 0) {
      entries.push({ draft: interest(random, population, index), planting: undefined });
    }
  }
  for (let branch = 0; branch < population.branches; branch++) {
    const random = new Random(population.seed, streams.branch, day, branch);
    for (const draft of branchDay(random, branch, today, population)) entries.push({ draft, planting: undefined });
  }
  for (const { planting, drafts } of plantedToday(population, today)) {
    for (const draft of drafts) entries.push({ draft, planting });
  }
  // Facts of one moment stand by source first; ids rise within the day, so that they agree with the order.
  entries.sort(
    (a, b) =>
      a.draft.at - b.draft.at || (a.draft.source < b.draft.source ? -1 : a.draft.source > b.draft.source ? 1 : 0),
  );

  const begin = startOfDay(day);
  const prefix = nameOf(population);
  return entries.map(({ draft, planting }, place) => {
    const letter = draft.kind === 'transaction' ? 'T' : 'P';
    const id = `${letter}${today.compact}-${prefix}-${String(place + 1).padStart(8, '0')}`;
    const occurredAt = begin + draft.at;
    return { fact: factOf(draft, id, occurredAt), occurredAt, planting };
  });
}
