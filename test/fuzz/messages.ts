import type { FactMessage } from '@weir/contracts';
import { Seeded } from '../harness/seeded';
import { byteMutations } from './byte-mutations';
import { fieldMutations } from './field-mutations';

/** A message that is sent. */
export interface FuzzedMessage {
  readonly bytes: Buffer;
  /** When it arrives, ms. */
  readonly arrivedAt: number;
  /** What was done to it. */
  readonly way: string;
}

/** A simulated bank: facts in their order. */
export type Bank = Iterable<{ readonly fact: FactMessage; readonly occurredAt: number }>;

export const untouched = 'untouched';
export const sentAgain = 'sent again';
const mutations = Object.entries({ ...byteMutations, ...fieldMutations });
/** Every way in which messages are sent. */
export const ways: readonly string[] = [untouched, sentAgain, ...mutations.map(([way]) => way)];

const remembered = 500;

/**
 * The messages of a bank, most of them broken in one of the ways, some as they are, some once more, some beside what was made of
 * them, as upstream systems might send them.
 */
export function* fuzzedMessages(bank: Bank, most: number, seed: number): Generator<FuzzedMessage, void, undefined> {
  const random = new Seeded(seed);
  const before: Buffer[] = [];
  let sent = 0;
  for (const { fact, occurredAt } of bank) {
    const message = Buffer.from(JSON.stringify(fact));
    for (const [way, bytes] of waysOf(message, random, before)) {
      if (sent === most) return;
      sent++;
      before[sent % remembered] = bytes;
      yield { bytes, arrivedAt: occurredAt, way };
    }
  }
  throw new Error(`The bank has facts for ${sent} messages only.`);
}

function* waysOf(message: Buffer, random: Seeded, before: readonly Buffer[]): Generator<readonly [string, Buffer]> {
  const manner = random.below(10);
  if (manner < 3) yield [untouched, message];
  if (manner === 0) {
    const again = before[random.below(before.length)];
    if (again !== undefined) yield [sentAgain, again];
  }
  if (manner !== 1) {
    const [way, mutate] = mutations[random.below(mutations.length)] ?? [];
    if (way !== undefined && mutate !== undefined) yield [way, mutate(message, random, before[0] ?? message)];
  }
}
