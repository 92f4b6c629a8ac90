import { setImmediate as othersTurn } from 'node:timers/promises';
import { Detection, type HitState, type RuleSet } from '@weir/domain';
import { readBatch } from '@weir/intake';
import type { LogRecord } from '@weir/platform/record-log';
import type { WrittenFact } from './given';
import { wordsOf } from './words';

/** What the engine made of messages. */
export interface EngineOutcome {
  /** The hits that stand in words, by their id; see `wordsOf`. */
  readonly standing: ReadonlyMap<string, string>;
  readonly sent: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly late: number;
  /** States of hits by what they say. */
  readonly states: Readonly<Record<HitState['status'], number>>;
  /** How many evaluations ended in an error: `rule reason` and how many. */
  readonly errors: ReadonlyMap<string, number>;
  /** How long it was busy. */
  readonly ms: number;
}

const batchSize = 200;
const homesPerSweep = 400;
const topic = 'facts';

/**
 * Runs messages through intake and detection as one partition of the facts topic, batch by batch, forgetting meanwhile what no
 * window needs any more. Between batches others have their turn.
 * @throws Error where a message is refused or its name is known with other content
 */
export async function runEngine(rules: RuleSet, messages: Iterable<WrittenFact>): Promise<EngineOutcome> {
  const detection = Detection.begin(rules);
  const standing = new Map<string, string>();
  const states = { raised: 0, revised: 0, withdrawn: 0, reinstated: 0 };
  const errors = new Map<string, number>();
  let [sent, accepted, duplicates, late, ms] = [0, 0, 0, 0, 0];

  const take = async (records: readonly LogRecord[]): Promise<void> => {
    const startedAt = performance.now();
    const read = readBatch({ topic, partition: 0, records: [...records] }, { partitions: 1, maxFutureMs: 0 });
    if (read.refused[0] !== undefined) throw new Error(`A simulated fact was refused: ${read.refused[0].message}`);
    for (const { fact, record } of read.accepted) {
      const acceptance = detection.accept(fact, { topic, partition: 0, offset: record.offset });
      if (acceptance.outcome === 'conflict') throw new Error(`Two simulated facts have the name ${fact.id}.`);
      if (acceptance.outcome === 'duplicate') {
        duplicates++;
        continue;
      }
      accepted++;
      if (acceptance.late) late++;
      for (const state of acceptance.states) {
        states[state.status]++;
        if (state.status === 'withdrawn') standing.delete(state.hitId);
        else standing.set(state.hitId, wordsOf(state));
      }
    }
    for (const { rule, outcome, reason, times } of detection.takeTally()) {
      if (outcome === 'error') errors.set(`${rule} ${reason}`, (errors.get(`${rule} ${reason}`) ?? 0) + times);
    }
    if (detection.watermark !== null) detection.forget(detection.watermark, homesPerSweep);
    ms += performance.now() - startedAt;
    await othersTurn();
  };

  let batch: LogRecord[] = [];
  // Every fact has occurred when it arrives.
  const timestamp = Date.parse('2040-01-01T00:00:00Z');
  for (const { message } of messages) {
    batch.push({ offset: sent++, key: null, value: message, headers: {}, timestamp });
    if (batch.length < batchSize) continue;
    await take(batch);
    batch = [];
  }
  await take(batch);
  return { standing, sent, accepted, duplicates, late, states, errors, ms };
}
