import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { FactMessage } from '@weir/contracts';
import { readRuleFiles } from '@weir/detection';
import { Client } from 'pg';
import type { Arrival } from '../oracle/load-facts';
import { standingHits } from '../oracle/oracle';
import type { StandingHits } from './standing-hits';

/**
 * The hits that stand by the oracle once facts have come in as they stand in a file of JSON Lines.
 * @param database an empty one
 * @param rules files and folders with rules and reference data
 * @throws Error where a file of rules has a mistake
 */
export async function oracleHits(database: string, rules: readonly string[], facts: string): Promise<StandingHits> {
  const read = await readRuleFiles(...rules);
  if (read.mistakes.length > 0) throw new Error(JSON.stringify(read.mistakes));
  const client = new Client({ connectionString: database });
  await client.connect();
  try {
    const hits = await standingHits(
      client,
      read.rules.map(({ rule }) => rule),
      read.references.map(({ reference }) => reference),
      arrivals(facts),
    );
    return new Map(hits.map(({ hitId, evidence }) => [hitId, evidence]));
  } finally {
    await client.end();
  }
}

async function* arrivals(file: string): AsyncGenerator<Arrival> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (line !== '') yield { message: JSON.parse(line) as FactMessage };
  }
}
