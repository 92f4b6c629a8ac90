import { isDeepStrictEqual } from 'node:util';
import { headers, type RefusalReason } from '@weir/contracts';
import { Detection, evaluationReasons, type EvaluationReason, type RuleSet } from '@weir/domain';
import {
  deadLetterRecord,
  readBatch,
  readFactInFull,
  refusalOfConflict,
  type AcceptedFact,
  type Refusal,
} from '@weir/intake';
import type { LogRecord } from '@weir/platform/record-log';
import type { FuzzedMessage } from './messages';

/** What became of a message. */
export type MessageOutcome = 'accepted' | 'duplicate' | RefusalReason;

/** What became of all. */
export interface FuzzOutcome {
  readonly sent: number;
  readonly byOutcome: ReadonlyMap<MessageOutcome, number>;
  /** By what was done to the message: how many were sent, and how many of these were refused. */
  readonly byWay: ReadonlyMap<string, { readonly sent: number; readonly refused: number }>;
  /** How the evaluations of accepted facts ended. */
  readonly endings: ReadonlyMap<EvaluationReason, number>;
  /** States of hits. */
  readonly states: number;
  readonly late: number;
  readonly slowest: {
    readonly ms: number;
    readonly way: string;
    readonly outcome: MessageOutcome;
    readonly bytes: number;
  };
}

const topic = 'facts';
const maxFutureMs = 86_400_000;
const homesPerSweep = 4;

/**
 * Runs messages through intake, the shortcut and the full path both, and on to detection, one by one.
 * @throws Error where the two paths differ; whatever intake or detection throw
 */
export function runFuzz(rules: RuleSet, messages: Iterable<FuzzedMessage>): FuzzOutcome {
  const detection = Detection.begin(rules);
  const byOutcome = new Map<MessageOutcome, number>();
  const byWay = new Map<string, { sent: number; refused: number }>();
  const endings = new Map<EvaluationReason, number>();
  let slowest: FuzzOutcome['slowest'] = { ms: 0, way: '', outcome: 'accepted', bytes: 0 };
  let [sent, states, late] = [0, 0, 0];

  const taken = (accepted: AcceptedFact): MessageOutcome => {
    const { offset } = accepted.record;
    const acceptance = detection.accept(accepted.fact, { topic, partition: 0, offset });
    if (acceptance.outcome === 'conflict') return lettered(refusalOfConflict(accepted, acceptance.known));
    if (acceptance.outcome === 'duplicate') return 'duplicate';
    states += acceptance.states.length;
    if (acceptance.late) late++;
    if (detection.watermark !== null) detection.forget(detection.watermark, homesPerSweep);
    return 'accepted';
  };

  for (const { bytes, arrivedAt, way } of messages) {
    const record: LogRecord = { offset: sent++, key: null, value: bytes, headers: {}, timestamp: arrivedAt };
    const startedAt = performance.now();
    const [accepted, refusal] = read(record);
    const outcome = accepted === undefined ? lettered(refusal) : taken(accepted);
    const ms = performance.now() - startedAt;
    if (ms > slowest.ms) slowest = { ms, way, outcome, bytes: bytes.length };
    byOutcome.set(outcome, (byOutcome.get(outcome) ?? 0) + 1);
    const those = byWay.get(way) ?? { sent: 0, refused: 0 };
    those.sent++;
    if (outcome !== 'accepted' && outcome !== 'duplicate') those.refused++;
    byWay.set(way, those);
  }
  for (const { reason, times } of detection.takeTally()) endings.set(reason, (endings.get(reason) ?? 0) + times);
  for (const reason of Object.keys(evaluationReasons) as EvaluationReason[]) {
    if (!endings.has(reason)) endings.set(reason, 0);
  }
  return { sent, byOutcome, byWay, endings, states, late, slowest };
}

/** Reads a record by the product's path, and once more without its shortcut: both must say the same. */
function read(record: LogRecord): readonly [AcceptedFact, undefined] | readonly [undefined, Refusal] {
  const settings = { partitions: 12, maxFutureMs };
  const { accepted, refused } = readBatch({ topic, partition: 0, records: [record] }, settings);
  const full = readFactInFull.run(record.value, { settings, arrivedAt: record.timestamp });
  const [one, refusal] = [accepted[0], refused[0]];
  if (one !== undefined && refusal === undefined && 'fact' in full) {
    const { fact, homeKey, home } = one;
    if (isDeepStrictEqual({ fact, homeKey, home }, { ...full })) return [one, undefined];
  }
  if (one === undefined && refusal !== undefined && 'reason' in full) {
    if (refusal.reason === full.reason && refusal.message === full.message) return [undefined, refusal];
  }
  throw new Error(`Both ways of reading differ over ${String(record.value?.toString('base64'))}`);
}

/** The reason under which a refusal becomes a dead letter. */
function lettered(refusal: Refusal): RefusalReason {
  const letter = deadLetterRecord(refusal);
  if (letter.headers?.[headers.reason] !== refusal.reason) throw new Error('A dead letter says another reason.');
  return refusal.reason;
}
