export { readRuleFiles, readRuleText, maxRuleFileBytes, type RuleFiles } from './read-rule-files';
export type { LocatedRule } from './located-rule';
export { formatMistake, formatPath, type Position, type RuleMistake, type Step as RulePathStep } from './mistake';
export { runExamples, type ExampleDifference, type ReadExampleFact } from './examples';
