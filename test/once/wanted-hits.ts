import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { headers, ruleSchema, topics, type FactMessage, type RuleDocument } from '@weir/contracts';
import type { KafkaRecordLog } from '@weir/platform/record-log';
import { Client } from 'pg';
import { parse } from 'yaml';
import type { StandingHits } from '../harness/standing-hits';
import type { Arrival } from '../oracle/load-facts';
import { standingHits } from '../oracle/oracle';

/** The rules of this test. */
export const rulesFile = join(__dirname, 'rules.yaml');

/** What the facts in the log come to, by the oracle. */
export interface Wanted {
  readonly hits: StandingHits;
  /** Hits by rule. */
  readonly byRule: ReadonlyMap<string, number>;
  /** Names of the facts, as `source/id`. */
  readonly names: ReadonlySet<string>;
  /** How many came so late that no window counts them. */
  readonly late: number;
}

/**
 * Asks the oracle about the facts as Kafka holds them: in the order of each partition, which is what lateness is about.
 * @param database an empty one
 */
export async function wantedHits(log: KafkaRecordLog, database: string): Promise<Wanted> {
  const names = new Set<string>();
  async function* arrivals(): AsyncGenerator<Arrival> {
    for await (const { partition, records } of log.readAll(topics.facts)) {
      for (const { value, headers: said } of records) {
        // Detectors have put it there: it came in elsewhere.
        if (said[headers.late] !== undefined) continue;
        const message = JSON.parse(String(value)) as FactMessage;
        names.add(`${message.source ?? 'default'}/${message.id}`);
        yield { message, partition };
      }
    }
  }
  const client = new Client({ connectionString: database });
  await client.connect();
  try {
    const found = await standingHits(client, await rules(), [], arrivals());
    const byRule = new Map<string, number>();
    for (const { rule } of found) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
    const { rows } = await client.query<{ late: string }>('select count(*) as late from fact where late');
    const hits = new Map(found.map(({ hitId, evidence }) => [hitId, evidence]));
    return { hits, byRule, names, late: Number(rows[0]?.late) };
  } finally {
    await client.end();
  }
}

async function rules(): Promise<readonly RuleDocument[]> {
  return (parse(await readFile(rulesFile, 'utf8')) as unknown[]).map((rule) => ruleSchema.parse(rule));
}
