import { compileRules, type ReferenceSpec, type RuleSet, type RuleSpec } from '@weir/domain';

/** What a rule set was compiled from: `r` the rules, `x` what they look up. */
export interface RuleDocuments {
  readonly r: readonly RuleSpec[];
  readonly x: readonly ReferenceSpec[];
}

/** The documents of a rule set, to be written down. */
export function documentsOf({ rules, references }: RuleSet): RuleDocuments {
  return { r: rules.map(({ document }) => document), x: references.documents };
}

/** The rule set of documents that were written down. */
export function rulesOf({ r, x }: RuleDocuments): RuleSet {
  return compileRules(r, x);
}

/** Whether two rule sets say the same. */
export function sameRules(a: RuleSet, b: RuleSet): boolean {
  return a === b || JSON.stringify(documentsOf(a)) === JSON.stringify(documentsOf(b));
}
