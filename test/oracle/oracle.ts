import type { ReferenceDocument, RuleDocument } from '@weir/contracts';
import type { ClientBase } from 'pg';
import { durationMs } from './duration';
import { evidenceIndex } from './evidence.sql';
import { hitQuery, type StandingHit } from './hit.sql';
import { loadFacts, type Arrivals } from './load-facts';
import { loadReferences } from './load-references';
import { measureSql } from './measures';
import { selectMembers } from './members.sql';
import { prepareOracle } from './prepare';
import { raisingQuery } from './raising.sql';
import { governingVersions, type GoverningVersion } from './rule-versions';
import { thresholdSql } from './threshold.sql';
import { failures, type Failure } from './unit.sql';
import { windowSql, type WindowSql } from './window.sql';

/** A triggering fact whose evaluation ended in an error. */
export interface FailedEvaluation {
  readonly source: string;
  readonly id: string;
  readonly reason: Failure;
}

/** What one version of a rule comes to in the end. */
export interface VersionOutcome {
  readonly rule: string;
  readonly version: number;
  /** In the order of their facts. */
  readonly hits: readonly StandingHit[];
  readonly failed: readonly FailedEvaluation[];
}

/**
 * All hits that stand once all facts have arrived.
 * @param sql a connection of its own: its settings and temporary tables are changed
 */
export async function standingHits(
  sql: ClientBase,
  rules: readonly RuleDocument[],
  references: readonly ReferenceDocument[],
  facts: Arrivals,
): Promise<readonly StandingHit[]> {
  const hits: StandingHit[] = [];
  for await (const outcome of outcomes(sql, rules, references, facts)) hits.push(...outcome.hits);
  return hits;
}

/** The same version by version, for inputs whose hits are too many to keep. */
export async function* outcomes(
  sql: ClientBase,
  rules: readonly RuleDocument[],
  references: readonly ReferenceDocument[],
  facts: Arrivals,
): AsyncGenerator<VersionOutcome> {
  await prepareOracle(sql);
  await loadFacts(sql, facts, Math.max(0, ...rules.map(({ lateness }) => durationMs(lateness))));
  await loadReferences(sql, references);
  for (const version of await governingVersions(sql, rules)) yield await outcomeOf(sql, version);
}

/** Each step is one temporary table, made from those before it. */
async function outcomeOf(sql: ClientBase, version: GoverningVersion): Promise<VersionOutcome> {
  const { rule } = version;
  const measure = measureSql(rule.measure, rule.threshold?.currency);
  const window = windowSql(measure.window);
  const threshold = thresholdSql(rule, measure.unit);
  const step = async (table: string, query: string): Promise<number> => {
    await sql.query(`drop table if exists ${table}`);
    const { rowCount } = await sql.query(`create temp table ${table} as ${query}`);
    return rowCount ?? 0;
  };
  // 1. The facts that the rule looks at, and their groups.
  await selectMembers(sql, version, measure, window);
  // 2. What is measured at each that triggers.
  await step(
    'measured',
    measure.measured(window, measure.needsLongest === true ? await longestWindow(sql, window) : 0),
  );
  // 3. Which limit that meets.
  await step('judged', threshold.judged);
  if (typeof rule.raise.on === 'object') await sql.query('create index on judged (grp, t, seq) where tier > 0');
  // 4. Which of these are raised, and on what they rest.
  const raised = await step('hit', raisingQuery(rule));
  if (raised > 0) await sql.query(`${evidenceIndex(measure)}; analyze member; analyze hit`);
  const { rows } = await sql.query<{ hit: StandingHit }>(hitQuery(rule, measure, window, threshold));
  return { rule: rule.id, version: rule.version, hits: rows.map(({ hit }) => hit), failed: await failedOf(sql) };
}

/** Most rows of `member` that one window holds, counting or not. */
async function longestWindow(sql: ClientBase, window: WindowSql): Promise<number> {
  const { rows } = await sql.query<{ longest: string }>(
    `select coalesce(max(held), 1)::text as longest from (select ${window.over('count(*)')} as held from member) windows`,
  );
  return Number(rows[0]?.longest ?? '1');
}

async function failedOf(sql: ClientBase): Promise<readonly FailedEvaluation[]> {
  const { rows } = await sql.query<{ source: string; id: string; reason: Failure }>(
    'select source, id, ($1::text[])[told] as reason from judged join fact using (seq) where told is not null order by seq',
    [failures],
  );
  return rows;
}
