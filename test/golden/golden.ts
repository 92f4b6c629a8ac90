import type { RuleDocument } from '@weir/contracts';
import type { Evidence, Fact, HitStatus } from '@weir/domain';

/**
 * One timeline written by hand: facts in the order in which they arrive at one partition, and what each must lead to.
 *
 * What a fact leads to is written as words:
 * - `duplicate`, `conflict`, `late` for the fact itself;
 * - `raised limit b 5000.01 [a b]` for a state of a hit: status, rule (`limit@2` for version 2), id of the fact that is the
 *   hit, measured value (`-` without a measure), ids of the facts that were measured;
 * - `withdrawn limit b`.
 *
 * `standing` lists the hits that stand at the end, in any order: `limit b 5000.01 [a b]`.
 */
export interface Golden {
  readonly name: string;
  /** Numbered lines of SEMANTICS.md that the timeline pins. */
  readonly pins: readonly number[];
  readonly rules: readonly RuleDocument[];
  readonly timeline: readonly Step[];
  readonly standing: readonly string[];
  /** Where the window of a standing hit begins, by the id of the fact that is the hit: the first instant. */
  readonly windowFrom?: Readonly<Record<string, string>>;
}

/** A fact that arrives, and what it must lead to. */
export type Step = readonly [fact: Fact, ...want: string[]];

/** A hit as `standing` writes it. */
export function hitWords(hit: {
  readonly rule: string;
  readonly version: number;
  readonly fact: { readonly id: string };
  readonly evidence: Evidence;
}): string {
  const rule = hit.version === 1 ? hit.rule : `${hit.rule}@${hit.version}`;
  const facts = hit.evidence.facts.map((fact) => fact.id).join(' ');
  return `${rule} ${hit.fact.id} ${hit.evidence.measured ?? '-'} [${facts}]`;
}

/** A state of a hit as a step of the timeline writes it. */
export function stateWords(state: Parameters<typeof hitWords>[0] & { readonly status: HitStatus }): string {
  const words = `${state.status} ${hitWords(state)}`;
  return state.status === 'withdrawn' ? words.split(' ').slice(0, 3).join(' ') : words;
}
