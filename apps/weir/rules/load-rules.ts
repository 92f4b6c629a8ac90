import { join } from 'node:path';
import type { ReferenceDocument, RuleDocument } from '@weir/contracts';
import {
  documentName,
  formatMistake,
  readRuleFiles,
  RuleTopic,
  type RefusedRule,
  type RuleMistake,
  type RulebookDocument,
} from '@weir/detection';
import { systemClock } from '@weir/platform/clock';
import type { RecordLog } from '@weir/platform/record-log';
import type { Logger } from 'pino';
import { checkRules } from './check-rules';

/** The rule packs that ship with Weir. */
export const shippedPacks = join(__dirname, '..', '..', '..', 'rulebook', 'packs');

/** A rule file cannot be used; the message names every mistake with file and line. */
export class RuleFilesWrong extends Error {
  readonly code = 'rule-files-wrong';
}

/** What rule files hold. */
export interface Rulebook {
  readonly rules: readonly RuleDocument[];
  /** Lists, tables and rates that rules look up. */
  readonly references: readonly ReferenceDocument[];
}

/** Reads files or folders of rules, with the lists, tables and rates among them. @throws RuleFilesWrong */
export async function readRules(...paths: readonly string[]): Promise<Rulebook> {
  const { rules, references, mistakes } = await readRuleFiles(...paths);
  refuse(paths, mistakes);
  return {
    rules: rules.map(({ rule }) => rule),
    references: references.map(({ reference }) => reference),
  };
}

/**
 * Reads rules that are to come into force: their examples must come out as they say.
 * @throws RuleFilesWrong
 */
export async function readRulesToPublish(...paths: readonly string[]): Promise<Rulebook> {
  const { rules, references, mistakes } = await checkRules(...paths);
  refuse(paths, mistakes);
  return { rules, references };
}

function refuse(paths: readonly string[], mistakes: readonly RuleMistake[]): void {
  if (mistakes.length === 0) return;
  const told = paths.join(' ');
  const lines = mistakes.map((mistake) => `  ${formatMistake(mistake)}`);
  throw new RuleFilesWrong(
    `The rules in ${told} have mistakes (weir rules check ${told} says more):\n${lines.join('\n')}`,
  );
}

/** How publishing went. */
export interface Publishing {
  readonly published: number;
  /** Versions that the rules topic held already. */
  readonly standing: number;
  /** Why each of the others was refused. What the topic holds of them stays in force. */
  readonly refusals: readonly string[];
}

/** Publishes versions that the rules topic does not hold yet. */
export async function publishRules(
  log: RecordLog,
  { rules, references }: Rulebook,
  logger: Logger,
): Promise<Publishing> {
  const topic = new RuleTopic(log, ({ key, message }) =>
    logger.error(`The published rule "${key}" cannot be run: ${message}`),
  );
  const { published, standing, refused } = await topic.publishMissing([...references, ...rules], systemClock());
  return {
    published: published.length,
    standing: standing.length,
    refusals: refused.map(({ document, why }) => refusalText(document, why)),
  };
}

function refusalText(document: RulebookDocument, why: RefusedRule['why']): string {
  const { version, effectiveFrom } = document;
  const name = 'id' in document ? `Rule "${document.id}"` : `"${documentName(document)}"`;
  return why === 'other-content'
    ? `${name} version ${version} is published with other content, which stays in force: give what has changed a higher version.`
    : `${name} version ${version} was not published: it begins at ${effectiveFrom}, and a further version must begin in the future.`;
}
