import type { ReferenceDocument, RuleDocument } from '@weir/contracts';
import { formatPath, readRuleFiles, runExamples, type ReadExampleFact, type RuleMistake } from '@weir/detection';
import { readFact } from '@weir/intake';

/** What a check of rule files found. */
export interface RulesCheck {
  readonly rules: readonly RuleDocument[];
  /** Lists, tables and rates that the rules look up. */
  readonly references: readonly ReferenceDocument[];
  readonly files: readonly string[];
  /** How many examples were run. */
  readonly examples: number;
  /** Mistakes of files and rules, and examples that come out differently; by file, line and column. */
  readonly mistakes: readonly RuleMistake[];
}

/** Reads an example's fact as intake reads facts, but at no particular time: examples may lie in any year. */
const asIntakeDoes: ReadExampleFact = (message) => {
  const bytes = Buffer.from(JSON.stringify(message));
  const outcome = readFact.run(bytes, {
    settings: { partitions: 1, maxFutureMs: Number.MAX_SAFE_INTEGER },
    arrivedAt: 0,
  });
  return 'reason' in outcome ? { refused: `${outcome.message} [${outcome.reason}]` } : outcome.fact;
};

/** Reads the rules of files or folders with what they look up, and runs their examples. */
export async function checkRules(...filesOrFolders: readonly string[]): Promise<RulesCheck> {
  const { rules, references: located, mistakes, files } = await readRuleFiles(...filesOrFolders);
  const references = located.map(({ reference }) => reference);
  const differences = rules.flatMap(({ rule, file, locate }) =>
    runExamples(rule, asIntakeDoes, references).map(({ path, message }): RuleMistake => ({
      file,
      ...locate(path),
      path: `${rule.id} ${formatPath(path)}`,
      message,
    })),
  );
  return {
    rules: rules.map(({ rule }) => rule),
    references,
    files,
    examples: rules.reduce((count, { rule }) => count + (rule.examples?.length ?? 0), 0),
    mistakes: [...mistakes, ...differences].sort(
      (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
    ),
  };
}
