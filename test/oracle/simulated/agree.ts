import type { RuleDocument } from '@weir/contracts';
import { compileRules } from '@weir/domain';
import type { Client } from 'pg';
import { outcomes } from '../oracle';
import { arriving, courses, type Course } from './courses';
import { runEngine, type EngineOutcome } from './engine';
import { messageOf, simulatedRules, writtenFacts, type Bank, type SimulatedFacts } from './given';
import { wordsOf } from './words';

/** What the oracle finds. */
export interface OracleOutcome {
  /** Every hit in words, by its id. */
  readonly hits: ReadonlyMap<string, string>;
  /** How many hits by rule; versions together, rules without hits too. */
  readonly byRule: ReadonlyMap<string, number>;
  /** How many evaluations end in an error: `rule reason` and how many. */
  readonly errors: ReadonlyMap<string, number>;
  /** How long it took, while the engine was busy too. */
  readonly ms: number;
}

/** How one course ended. */
export interface CourseOutcome extends Omit<EngineOutcome, 'standing'> {
  readonly course: Course;
  readonly hits: number;
  /** Hits of the oracle that do not stand, hits that stand and are none of the oracle's, hits that say something else; in words. */
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  readonly different: readonly string[];
}

/** What was compared. */
export interface Agreement {
  readonly rules: readonly RuleDocument[];
  readonly oracle: OracleOutcome;
  readonly courses: readonly CourseOutcome[];
}

/** Runs the oracle over simulated facts, and the engine in every course of arrival, and holds them against each other. */
export async function agreementOn(sql: Client, bank: Bank, { seed, facts: most }: SimulatedFacts): Promise<Agreement> {
  const { rules, references } = await simulatedRules();
  const facts = writtenFacts(bank, most);
  const compiled = compileRules(rules, references);
  const arrivals = function* () {
    for (const fact of facts) yield { message: messageOf(fact) };
  };
  const byEngine = async (): Promise<ReadonlyMap<Course, EngineOutcome>> => {
    const ended = new Map<Course, EngineOutcome>();
    for (const course of courses) {
      ended.set(course, await runEngine(compiled, arriving(course, facts, compiled.lateness, seed)));
    }
    return ended;
  };
  const [ended, oracle] = await Promise.all([byEngine(), askOracle(outcomes(sql, rules, references, arrivals()))]);
  return {
    rules,
    oracle,
    courses: [...ended].map(([course, outcome]) => ({ course, ...compared(outcome, oracle) })),
  };
}

async function askOracle(found: ReturnType<typeof outcomes>): Promise<OracleOutcome> {
  const startedAt = performance.now();
  const hits = new Map<string, string>();
  const byRule = new Map<string, number>();
  const errors = new Map<string, number>();
  const count = (counts: Map<string, number>, what: string, more: number): Map<string, number> =>
    counts.set(what, (counts.get(what) ?? 0) + more);
  for await (const { rule, hits: ofVersion, failed } of found) {
    for (const hit of ofVersion) hits.set(hit.hitId, wordsOf(hit));
    count(byRule, rule, ofVersion.length);
    for (const { reason } of failed) count(errors, `${rule} ${reason}`, 1);
  }
  return { hits, byRule, errors, ms: performance.now() - startedAt };
}

function compared({ standing, ...rest }: EngineOutcome, { hits }: OracleOutcome): Omit<CourseOutcome, 'course'> {
  const missing = [...hits].filter(([id]) => !standing.has(id)).map(([, words]) => words);
  const extra = [...standing].filter(([id]) => !hits.has(id)).map(([, words]) => words);
  const different = [...standing]
    .filter(([id, words]) => hits.has(id) && hits.get(id) !== words)
    .map(([, words]) => words);
  return { ...rest, hits: standing.size, missing, extra, different };
}
