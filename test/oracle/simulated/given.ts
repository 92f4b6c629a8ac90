import { join } from 'node:path';
import type { FactMessage, ReferenceDocument, RuleDocument } from '@weir/contracts';
import { readRuleFiles } from '@weir/detection';
import { groupings, packs } from '../../harness/month';

/** The rules that engine and oracle run, with what they look up. */
export interface SimulatedRules {
  readonly rules: readonly RuleDocument[];
  readonly references: readonly ReferenceDocument[];
}

/** The shipped packs, and rules for what they leave out. @throws Error where a file has a mistake */
export async function simulatedRules(): Promise<SimulatedRules> {
  const { rules, references, mistakes } = await readRuleFiles(packs, groupings, join(__dirname, 'rules.yaml'));
  if (mistakes[0] !== undefined) throw new Error(`${mistakes[0].file}:${mistakes[0].line} ${mistakes[0].message}`);
  return { rules: rules.map(({ rule }) => rule), references: references.map(({ reference }) => reference) };
}

/** Those of them that ship in no pack: few, and of every measure all the same. */
export async function fewSimulatedRules(): Promise<SimulatedRules> {
  const { rules, references } = await simulatedRules();
  return { rules: rules.filter(({ id }) => /^(simulated|month)-/.test(id)), references };
}

/** A fact as upstream writes it. */
export interface WrittenFact {
  /** Event time, ms UTC. */
  readonly occurredAt: number;
  readonly message: Buffer;
}

/** Which facts of which simulated bank. */
export interface SimulatedFacts {
  readonly seed: number;
  readonly accounts: number;
  /** How many facts. */
  readonly facts: number;
}

/** A simulated bank: facts in their order. */
export type Bank = Iterable<{ readonly fact: FactMessage; readonly occurredAt: number }>;

/** The first facts of a simulated bank. @throws Error where it has fewer */
export function writtenFacts(bank: Bank, facts: number): readonly WrittenFact[] {
  const written: WrittenFact[] = [];
  for (const { fact, occurredAt } of bank) {
    written.push({ occurredAt, message: Buffer.from(JSON.stringify(fact)) });
    if (written.length === facts) return written;
  }
  throw new Error(`The bank has ${written.length} facts only.`);
}

/** What a written fact says. */
export const messageOf = ({ message }: WrittenFact): FactMessage => JSON.parse(String(message)) as FactMessage;
