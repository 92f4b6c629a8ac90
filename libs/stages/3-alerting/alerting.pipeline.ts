import { cutLetter, topics } from '@weir/contracts';
import { sendOrReplace } from '@weir/platform/record-log';
import { inTransaction } from '@weir/platform/sql';
import { loadKnown, storeSettled } from './adapters/alerting-tables';
import { movePositions } from './adapters/positions';
import type { AlertingPorts, HitBatch } from './alerting.ports';
import { appendsOf } from './steps/append-events';
import { freshened } from './steps/catch-up';
import type { Fresher } from './steps/catch-up';
import { readStates } from './steps/read-states';
import type { ReadState } from './steps/read-states';
import { deadLettersOf } from './steps/refuse-states';
import { settleStates } from './steps/settle-states';
import type { Settled } from './steps/settle-states';

/**
 * Hits become alerts, in two parts. First, outside of any transaction, bytes become states of hits, and what cannot be
 * read becomes dead letters, which are acknowledged before the position may pass them.
 */
export async function readHits(ports: AlertingPorts, batch: HitBatch): Promise<ReturnType<typeof readStates>> {
  const read = readStates(batch.records); // 1 read: bytes → states of hits
  const letters = deadLettersOf(batch.topic, batch.partition, read.refused); // 2 refuse: the rest, each with the reason
  await sendOrReplace(ports.log, topics.deadLetters, letters, cutLetter);
  return read;
}

/**
 * Second, one transaction: all of it is stored, or nothing is and the positions stay.
 * @param batches of as many partitions
 * @param states of all batches, one batch after another
 * @param fresher states of alerts that are newer than their rows, found out after a try that met a version conflict
 * @throws PositionMoved, Contended, VersionConflict
 */
export async function settleHits(
  ports: AlertingPorts,
  batches: readonly HitBatch[],
  states: readonly ReadState[],
  fresher: Fresher,
): Promise<Settled> {
  return inTransaction(ports.pool, async (tx) => {
    const at = ports.clock();
    await movePositions(tx, batches); // 3 positions: one member at a time, each record once
    const known = freshened(await loadKnown(tx, states), fresher); // 4 load: the hits and alerts concerned
    const settled = settleStates(states, known, at); // 5 settle: ignore, note, record, join or raise
    await storeSettled(tx, settled); // 6 store: newest states, counts, which alert takes hits
    const appends = appendsOf(settled); // 7 append: what happened, for good
    if (appends.length > 0) await ports.events.append(tx, appends, { actor: 'system:alerting', at: new Date(at) });
    return settled;
  });
}
