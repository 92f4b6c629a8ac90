import { referenceSchema, ruleSchema } from '@weir/contracts';
import type { FactMessage, ReferenceDocument, RuleDocument, RuleInput } from '@weir/contracts';
import type { Arrival } from './load-facts';

/** A rule on all facts, raised at every one; what is not said is as the language fills it in. */
export const aRule = (rule: Partial<RuleInput>): RuleDocument =>
  ruleSchema.parse({
    id: 'rule',
    title: { en: 'Rule', zh: '规则' },
    source: 'test',
    on: 'any',
    raise: { on: 'every', severity: 'low' },
    ...rule,
  });

/** A list, a table or rates. */
export const aReference = (reference: Record<string, unknown>): ReferenceDocument =>
  referenceSchema.parse({ source: 'test', ...reference });

/** An operation of account A1; the time on 5 January 2026 in Shanghai, or a whole one. */
export function anOperation(id: string, at: string, more: Partial<FactMessage> = {}): FactMessage {
  return {
    id,
    kind: 'operation',
    occurredAt: at.includes('T') ? at : `2026-01-05T${at}+08:00`,
    accountId: 'A1',
    ...more,
  };
}

/** A transaction of account A1, e.g. of '100.00 CNY'. */
export function aTransaction(id: string, at: string, money: string, more: Partial<FactMessage> = {}): FactMessage {
  const [amount, currency] = money.split(' ');
  return { ...anOperation(id, at), kind: 'transaction', amount, currency, ...more };
}

/** Facts of one partition, as they arrive. */
export const arriving = (facts: readonly FactMessage[]): readonly Arrival[] => facts.map((message) => ({ message }));

/** An operation with a number, or what else it writes as one. */
export const score = (id: string, at: string, points: unknown): FactMessage =>
  anOperation(id, at, { attributes: { points } });

/** An operation of a type. */
export const log = (id: string, at: string, type: string): FactMessage => anOperation(id, at, { type });
