import { join } from 'node:path';
import type { RuleDocument } from '@weir/contracts';
import { formatMistake, readRuleFiles, RuleTopic, type RefusedRule } from '@weir/detection';
import { systemClock } from '@weir/platform/clock';
import type { RecordLog } from '@weir/platform/record-log';
import type { Logger } from 'pino';

/** The rule packs that ship with Weir. */
export const shippedPacks = join(__dirname, '..', '..', '..', 'rulebook', 'packs');

/** A rule file cannot be used; the message names every mistake with file and line. */
export class RuleFilesWrong extends Error {
  readonly code = 'rule-files-wrong';
}

/** Reads rules from files or folders. @throws RuleFilesWrong */
export async function readRules(...paths: readonly string[]): Promise<readonly RuleDocument[]> {
  const documents: RuleDocument[] = [];
  for (const path of paths) {
    const { rules, mistakes } = await readRuleFiles(path);
    if (mistakes.length > 0) {
      const lines = mistakes.map((mistake) => `  ${formatMistake(mistake)}`);
      throw new RuleFilesWrong(
        `The rules in ${path} have mistakes (weir rules check ${path} says more):\n${lines.join('\n')}`,
      );
    }
    documents.push(...rules.map(({ rule }) => rule));
  }
  return documents;
}

/** Publishes rules that the rules topic does not hold yet; says so where it holds a version with other content. */
export async function publishRules(log: RecordLog, documents: readonly RuleDocument[], logger: Logger): Promise<void> {
  const topic = new RuleTopic(log, ({ key, message }) =>
    logger.error(`The published rule "${key}" cannot be run: ${message}`),
  );
  const refused = await topic.publishMissing(documents, systemClock());
  for (const { document, why } of refused) logger.warn(refusalText(document, why));
}

function refusalText({ id, version, effectiveFrom }: RuleDocument, why: RefusedRule['why']): string {
  return why === 'other-content'
    ? `Rule "${id}" version ${version} is published with other content, which stays in force: give the changed rule a higher version.`
    : `Rule "${id}" version ${version} was not published: it begins at ${effectiveFrom}, and a further version of a rule must begin in the future.`;
}
