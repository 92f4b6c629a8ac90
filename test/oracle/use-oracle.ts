import type { FactMessage, ReferenceDocument, RuleDocument } from '@weir/contracts';
import { sharedPostgres, type SharedDatabase } from '@weir/testing';
import { Client } from 'pg';
import { arriving } from './given';
import type { StandingHit } from './hit.sql';
import { outcomes } from './oracle';

type Given = [rules: readonly RuleDocument[], facts: readonly FactMessage[], references?: readonly ReferenceDocument[]];

/** The oracle on a database of its own, for one test file. */
export interface OracleInUse {
  readonly sql: () => Client;
  readonly hitsOf: (...given: Given) => Promise<readonly StandingHit[]>;
  /** The hits in words: `b 3 of 2 [a b]`. */
  readonly wordsOf: (...given: Given) => Promise<readonly string[]>;
  /** The evaluations that ended in an error: `b no-rate`. */
  readonly failedOf: (...given: Given) => Promise<readonly string[]>;
}

/** Fact, measured value of its limit, facts of the evidence: `b 3 of 2 [a b]`. */
export const words = ({ fact, evidence }: StandingHit): string =>
  `${fact.id} ${evidence.measured ?? '-'} of ${evidence.limit ?? '-'} [${evidence.facts.map(({ id }) => id).join(' ')}]`;

/** Starts PostgreSQL before the tests of a file and leaves it after them. */
export function useOracle(): OracleInUse {
  // Other tests may keep the machine busy while PostgreSQL starts.
  jest.setTimeout(60_000);
  let postgres: SharedDatabase | undefined;
  let client: Client | undefined;
  beforeAll(async () => {
    postgres = await sharedPostgres();
    client = new Client({ connectionString: postgres.connectionString });
    await client.connect();
  });
  afterAll(async () => {
    await client?.end();
    await postgres?.stop();
  });
  const sql = (): Client => {
    if (client === undefined) throw new Error('PostgreSQL has not been started yet.');
    return client;
  };
  const hitsOf: OracleInUse['hitsOf'] = async (rules, facts, references = []) => {
    const hits: StandingHit[] = [];
    for await (const outcome of outcomes(sql(), rules, references, arriving(facts))) hits.push(...outcome.hits);
    return hits;
  };
  return {
    sql,
    hitsOf,
    wordsOf: async (...given) => (await hitsOf(...given)).map(words),
    failedOf: async (rules, facts, references = []) => {
      const failed: string[] = [];
      for await (const outcome of outcomes(sql(), rules, references, arriving(facts)))
        failed.push(...outcome.failed.map(({ id, reason }) => `${id} ${reason}`));
      return failed;
    },
  };
}
