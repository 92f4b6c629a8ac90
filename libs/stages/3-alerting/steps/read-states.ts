import { hitSchema, maxFactBytes, maxIdLength } from '@weir/contracts';
import type { HitState, RefusalReason } from '@weir/contracts';
import { alertGroupKey, alertGroupOf, parseDuration } from '@weir/domain';
import type { AlertGroup, AlertHit } from '@weir/domain';
import type { LogRecord } from '@weir/platform/record-log';

/** A state of a hit as read from the log, with what an alert of it would need. Times in milliseconds. */
export interface ReadState {
  readonly hit: AlertHit;
  readonly rule: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly group: AlertGroup;
  /** Names rule and group, see `alertGroupKey`. */
  readonly groupKey: string;
  readonly confirmWithCustomer: boolean;
  /** How long the alert may take to be decided. */
  readonly due: number;
  /** When the log took the record in, ms since 1970. */
  readonly arrivedAt: number;
}

/** A record that is no state of a hit. */
export interface RefusedState {
  readonly record: LogRecord;
  readonly reason: RefusalReason;
  readonly message: string;
}

/** Records of a batch, sorted into what can be worked on and what cannot. */
export interface ReadRecords {
  readonly states: readonly ReadState[];
  readonly refused: readonly RefusedState[];
}

/** 9999-12-31T23:59:59.999Z: later times have no plain ISO 8601 form. */
const latestInstant = 253_402_300_799_999;
const largestPartition = 2_147_483_647;
const utf8 = new TextDecoder('utf-8', { fatal: true });

class Refusal extends Error {
  constructor(
    readonly reason: RefusalReason,
    message: string,
  ) {
    super(message);
  }
}

/** Reads every record of a batch; one that cannot be read is set aside with the reason and stops none of the others. */
export function readStates(records: readonly LogRecord[]): ReadRecords {
  const states: ReadState[] = [];
  const refused: RefusedState[] = [];
  for (const record of records) {
    try {
      states.push(readState(record));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.push({ record, reason: error.reason, message: error.message });
    }
  }
  return { states, refused };
}

function readState(record: LogRecord): ReadState {
  const state = checked(parsed(record.value));
  const group = alertGroupOf(state.group, state.fact);
  return {
    hit: {
      hitId: state.hitId,
      status: state.status,
      version: state.version,
      severity: state.severity,
      fact: state.fact,
      cause: state.cause,
      asOf: state.asOf,
      evidence: state.evidence,
      recommend: state.recommend,
    },
    rule: state.rule,
    title: state.title,
    group,
    groupKey: alertGroupKey(state.rule, group),
    confirmWithCustomer: state.review.confirmWithCustomer,
    due: dueOf(state),
    arrivedAt: record.timestamp,
  };
}

function parsed(value: Buffer | null): HitState {
  if (value === null) throw new Refusal('not-json', 'The record has no value. Send the state of a hit as JSON.');
  if (value.length > maxFactBytes) {
    throw new Refusal(
      'too-large',
      `The record has ${value.length} bytes; a state of a hit has at most ${maxFactBytes}.`,
    );
  }
  const json = jsonOf(value);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new Refusal('not-an-object', 'The record is JSON, but no object. Send the state of a hit.');
  }
  const result = hitSchema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path ?? [];
  const where = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
  throw new Refusal(reasonOf(json, path, issue?.code), `The record is no state of a hit: ${where}${issue?.message}.`);
}

function jsonOf(value: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(value);
  } catch (error) {
    throw new Refusal('invalid-encoding', `The record is not UTF-8: ${(error as Error).message}.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal('not-json', `The record is not JSON: ${(error as Error).message}.`);
  }
}

function reasonOf(json: object, path: readonly PropertyKey[], code: string | undefined): RefusalReason {
  const found = path.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[name] : undefined),
    json,
  );
  if (found === undefined) return 'missing-field';
  return code === 'invalid_type' ? 'wrong-type' : 'invalid-value';
}

/** What fits the schema but could not be stored or counted with. */
function checked(state: HitState): HitState {
  const { occurredAt, accountId, customerId, branchId } = state.fact;
  if (occurredAt < 0 || occurredAt > latestInstant) {
    throw new Refusal('time-out-of-range', `fact.occurredAt: ${occurredAt} ms lies outside the years 1970 to 9999.`);
  }
  const names = { rule: state.rule, accountId, customerId, branchId };
  // Named by its field alone: the text itself may be a customer's.
  for (const [field, name] of Object.entries(names)) {
    if ((name?.length ?? 0) > maxIdLength) {
      throw new Refusal('invalid-value', `${field} is longer than ${maxIdLength} characters.`);
    }
  }
  if (state.asOf.partition > largestPartition) {
    throw new Refusal('invalid-value', `asOf.partition: ${state.asOf.partition} is no partition.`);
  }
  if (holdsUnstorableText(state)) {
    throw new Refusal('invalid-text', 'A text has a null character or a lone surrogate, which no database stores.');
  }
  return state;
}

function holdsUnstorableText(value: unknown): boolean {
  if (typeof value === 'string') return /[\0\p{Surrogate}]/u.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, member]) => holdsUnstorableText(name) || holdsUnstorableText(member));
}

function dueOf(state: HitState): number {
  try {
    return parseDuration(state.review.due);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Refusal('invalid-value', `review.due: ${error.message}`);
  }
}
