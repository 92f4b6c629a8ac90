export { readRuleFiles, type RuleFiles } from './read-rule-files';
export { readRuleText, type RuleText } from './read-rule-text';
export { maxRuleFileBytes } from './list-rule-files';
export type { LocatedReference, LocatedRule } from './located-rule';
export { formatMistake, formatPath, type Position, type RuleMistake, type Step as RulePathStep } from './mistake';
export { runExamples, type ExampleDifference, type ReadExampleFact } from './examples';
