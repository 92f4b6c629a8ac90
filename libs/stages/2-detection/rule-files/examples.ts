import type { ReferenceDocument, RuleDocument } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import { hitsOf, measuredIn, whyNoHit } from './example-hits';
import type { Step } from './mistake';

/** A fact of an example as it is read, or why it cannot be. */
export type ReadExampleFact = (message: Record<string, unknown>) => Fact | { readonly refused: string };

/** An example that does not come out as it says. */
export interface ExampleDifference {
  /** Way from the rule to the example or its part. */
  readonly path: readonly Step[];
  readonly message: string;
}

/**
 * Runs the examples of a rule: its facts, in their order, through the rule alone; the facts that are hits in the end
 * must be those that the example names.
 * @param readFact reads facts as the product does
 * @param references what the rule looks up
 */
export function runExamples(
  rule: RuleDocument,
  readFact: ReadExampleFact,
  references: readonly ReferenceDocument[],
): ExampleDifference[] {
  return (rule.examples ?? []).flatMap((example, index): ExampleDifference[] => {
    const path: readonly Step[] = ['examples', index];
    const refusals: ExampleDifference[] = [];
    const facts: Fact[] = [];
    for (const [at, message] of example.facts.entries()) {
      const read = readFact(message);
      if ('refused' in read) refusals.push({ path: [...path, 'facts', at], message: `Not a fact: ${read.refused}` });
      else facts.push(read);
    }
    if (refusals.length > 0) return refusals;
    const strangers = example.hits.filter((id) => !facts.some((fact) => fact.id === id));
    if (strangers.length > 0) {
      return [{ path: [...path, 'hits'], message: `${listed(strangers)} is none of the facts of the example.` }];
    }
    const found = hitsOf(rule, facts, references);
    if (typeof found === 'string') return [{ path: [...path, 'facts'], message: found }];
    const missing = example.hits.filter((id) => !found.has(id));
    const unwanted = [...found.values()].filter(({ fact }) => !example.hits.includes(fact.id));
    if (missing.length === 0 && unwanted.length === 0) return [];
    const reasons = missing.length > 0 ? whyNoHit(rule, facts, references) : () => '';
    const told = [
      ...(missing.length > 0
        ? [`wanted but no hit: ${missing.map((id) => `"${id}"${inBrackets(reasons(id))}`).join(', ')}`]
        : []),
      ...(unwanted.length > 0
        ? [
            `a hit but not wanted: ${unwanted
              .map(({ fact, evidence }) => `"${fact.id}"${inBrackets(measuredIn(evidence, true))}`)
              .join(', ')}`,
          ]
        : []),
    ];
    return [{ path: [...path, 'hits'], message: `"${example.title}" comes out differently: ${told.join('; ')}.` }];
  });
}

const inBrackets = (text: string): string => (text === '' ? '' : ` (${text})`);

const listed = (ids: readonly string[]): string => ids.map((id) => `"${id}"`).join(', ');
