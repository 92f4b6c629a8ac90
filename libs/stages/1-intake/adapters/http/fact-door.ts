import { cutLetter, headers, maxFactBytes } from '@weir/contracts';
import type { Clock } from '@weir/platform/clock';
import { Problem } from '@weir/platform/http';
import {
  RecordTooLarge,
  sendOrReplace,
  type LogRecord,
  type NewRecord,
  type Placed,
  type Position,
  type RecordLog,
} from '@weir/platform/record-log';
import { readBatch, type AcceptedFact, type IntakeResult } from '../../intake.pipeline';
import type { IntakeMetrics } from '../../intake.metrics';
import { opensList, splitLines, splitList, splitObjects } from '../../json/elements';
import { deadLetterRecord, refusalByTopic, refuse, type Refusal } from '../../refusal';
import { Flaw } from '../../steps/flaw';
import type { IntakeSettings } from '../../steps/path';
import { tooLarge } from '../../steps/size';
import type { OversizedBody, RawBody, WholeBody } from './raw-body';
import type { Receipt } from './receipt.dto';
import { within } from './within';

/** Most facts in one request. */
export const mostFacts = 1_000;

/** What the door needs to know. */
export interface FactDoorSettings extends IntakeSettings {
  readonly factsTopic: string;
  readonly deadLettersTopic: string;
  /** How long the log may take to acknowledge, ms; default 10 s. */
  readonly acknowledgeWithinMs?: number;
  /** Most requests that are in hand at once; default 128, which bounds memory at about 128 bodies. */
  readonly mostRequestsInHand?: number;
}

/** The one way in for upstream systems without Kafka: what it calls accepted, the log has acknowledged. */
export class FactDoor {
  private inHand = 0;

  constructor(
    private readonly log: Pick<RecordLog, 'send'>,
    private readonly settings: FactDoorSettings,
    private readonly clock: Clock,
    private readonly metrics: IntakeMetrics,
  ) {}

  /**
   * Takes in the facts of one request. A refused one stops no other.
   * @throws Problem 400 no facts can be told apart, 413 too much, 503 the log does not acknowledge: nothing is claimed
   * accepted then, and sending the same again is safe
   */
  async accept(body: RawBody, requestId: string): Promise<Receipt> {
    if (this.inHand >= (this.settings.mostRequestsInHand ?? 128)) {
      throw unavailable('busy', 'Too many requests are in hand; send it again in a moment.');
    }
    this.inHand++;
    try {
      if ('head' in body) return await this.refuseOversized(body, `http/${requestId}`);
      return await this.acceptFacts(body, `http/${requestId}`);
    } finally {
      this.inHand--;
    }
  }

  private async acceptFacts(body: WholeBody, origin: string): Promise<Receipt> {
    // 1. Tell the facts of the body apart, and read them.
    const { facts, accepted, refused } = this.readPlainList(body, origin) ?? this.read(factsOf(body), origin);
    if (facts instanceof Flaw) return this.refuseBody(body.bytes, facts, origin);
    // 2. What is no fact at all is refused as a whole.
    if (facts.length > mostFacts) {
      const flaw = new Flaw(
        'too-large',
        `The body has ${facts.length} facts; at most ${mostFacts} are read. Send less.`,
      );
      return this.refuseBody(body.bytes, flaw, origin);
    }
    const [refusal] = refused;
    if (facts[0] === body.bytes && refusal !== undefined && isNoJson(refusal)) {
      return this.refuseBody(body.bytes, refusal, origin);
    }
    // 3. Dead letters first: should they fail, nothing has been accepted yet and all can be sent again.
    await this.keep(refused);
    // 4. The facts, to the partitions of their home keys; what the topic does not take becomes a dead letter too.
    const { placed, unplaced } = await this.place(accepted);
    await this.keep([...unplaced.values()]);
    this.metrics.countRequested(placed.size, [...refused, ...unplaced.values()]);
    return receiptOf(facts.length, { placed, unplaced, refused }, this.settings.factsTopic);
  }

  /** Sends facts. One that is above the topic's limit stops no other. */
  private async place(accepted: readonly AcceptedFact[]): Promise<PlacedFacts> {
    const { factsTopic } = this.settings;
    const records = new Map(accepted.map((fact) => [recordToSend(fact), fact]));
    const unplaced = new Map<number, Refusal>();
    const positions = await this.send(factsTopic, [...records.keys()], (record, { bytes }) => {
      const fact = records.get(record);
      if (fact !== undefined) {
        unplaced.set(fact.record.offset, refusalByTopic(record.value, fact.origin, factsTopic, bytes));
      }
      return null;
    });
    const placed = new Map<number, Position>();
    for (const [i, { record }] of accepted.entries()) {
      const position = positions[i];
      if (position === undefined) throw new Error('The log acknowledged fewer records than were sent.');
      if (position !== null) placed.set(record.offset, position);
    }
    return { placed, unplaced };
  }

  /** Reads a list whose facts can be told apart at a glance and are all accepted; undefined where it is not such a list. */
  private readPlainList({ form, bytes }: WholeBody, origin: string): ReadBody | undefined {
    const facts = form === 'json' ? splitObjects(bytes) : undefined;
    if (facts === undefined || facts.length > mostFacts) return undefined;
    const read = this.read(facts, origin);
    // A fact that was accepted is a whole JSON document, so the list was split where it must be; else it may not have been.
    return read.refused.length === 0 ? read : undefined;
  }

  private read(facts: Buffer[] | Flaw, origin: string): ReadBody {
    if (facts instanceof Flaw || facts.length > mostFacts) return { facts, accepted: [], refused: [] };
    const timestamp = this.clock();
    const records = facts.map((value, index) => recordOf(value, index, `${origin}/${index}`, timestamp));
    return { facts, ...readBatch({ topic: 'http', partition: 0, records }, this.settings) };
  }

  /** Refuses a body as a whole: its bytes become one dead letter. */
  private async refuseBody(
    bytes: Buffer,
    { reason, message }: Pick<Flaw, 'reason' | 'message'>,
    origin: string,
  ): Promise<never> {
    const refusal = refuse({ key: null, value: bytes }, `${origin}/0`, { reason, message });
    await this.keep([refusal]);
    this.metrics.countRequested(0, [refusal]);
    throw reason === 'too-large'
      ? new Problem(413, 'too-large', 'Content Too Large', message, { reason })
      : new Problem(400, reason, 'No facts can be read', message, { reason });
  }

  private async refuseOversized({ head, length, sha256 }: OversizedBody, origin: string): Promise<never> {
    const { reason, message } = tooLarge(length, maxFactBytes);
    const refusal: Refusal = { reason, message, origin: `${origin}/0`, key: null, original: head, length, sha256 };
    await this.keep([refusal]);
    this.metrics.countRequested(0, [refusal]);
    throw new Problem(413, 'too-large', 'Content Too Large', message, { reason, limit: maxFactBytes });
  }

  private async keep(refused: readonly Refusal[]): Promise<void> {
    await this.send(this.settings.deadLettersTopic, refused.map(deadLetterRecord), cutLetter);
    this.metrics.countDeadLetters(refused);
  }

  private async send(topic: string, ...[records, instead]: WhatToSend): Promise<readonly Placed[]> {
    // Each write by itself has its time: where one fact is too large, all are written once more, one by one.
    const log: Pick<RecordLog, 'send'> = {
      send: (...sent) => within(this.settings.acknowledgeWithinMs ?? 10_000, this.log.send(...sent)),
    };
    try {
      return await sendOrReplace(log, topic, records, instead);
    } catch (error) {
      // Not even a dead letter that was cut finds room: sending it again would never help.
      if (error instanceof RecordTooLarge) throw new Problem(413, error.code, 'Content Too Large', error.message);
      const problem = unavailable('log-unavailable', 'The log did not acknowledge the facts; send all of them again.');
      throw Object.assign(problem, { cause: error });
    }
  }
}

/** Records, and what stands in place of one that is too large. */
type WhatToSend = [
  records: readonly NewRecord[],
  instead: (record: NewRecord, error: RecordTooLarge) => NewRecord | null,
];

/** What became of facts that were sent, by their index in the body. */
interface PlacedFacts {
  readonly placed: ReadonlyMap<number, Position>;
  /** Those that the topic does not take. */
  readonly unplaced: ReadonlyMap<number, Refusal>;
}

/** The facts of a body, or why there are none, and what became of each. */
interface ReadBody extends IntakeResult {
  readonly facts: readonly Buffer[] | Flaw;
}

const unavailable = (code: string, detail: string): Problem => new Problem(503, code, 'Service Unavailable', detail);

/** The bytes of each fact of a body, or why there are none to be told apart. */
function factsOf({ form, bytes }: WholeBody): Buffer[] | Flaw {
  if (form === 'ndjson') return splitLines(bytes);
  if (!opensList(bytes)) return [bytes];
  return (
    splitList(bytes) ??
    new Flaw('not-json', 'The body begins as a JSON list, but its brackets or quotes do not match; nothing was read.')
  );
}

/** True where what was to be one fact is no JSON at all. */
const isNoJson = ({ reason }: Refusal): boolean => reason === 'not-json' || reason === 'invalid-encoding';

const recordOf = (value: Buffer, offset: number, origin: string, timestamp: number): LogRecord => ({
  offset,
  key: null,
  value,
  headers: { [headers.origin]: origin },
  timestamp,
});

const recordToSend = ({ homeKey, record }: AcceptedFact): NewRecord => ({
  key: Buffer.from(homeKey, 'utf8'),
  value: record.value,
  headers: record.headers,
});

function receiptOf(
  facts: number,
  { placed, unplaced, refused }: PlacedFacts & { readonly refused: readonly Refusal[] },
  topic: string,
): Receipt {
  const refusals = refused.values();
  const results = Array.from({ length: facts }, (_, index): Receipt['results'][number] => {
    const position = placed.get(index);
    if (position !== undefined) {
      return { index, outcome: 'accepted', topic, partition: position.partition, offset: position.offset };
    }
    const refusal = unplaced.get(index) ?? refusals.next().value;
    if (refusal === undefined) throw new Error(`Fact ${index} of the request was neither accepted nor refused.`);
    return { index, outcome: 'refused', reason: refusal.reason, message: refusal.message };
  });
  return { accepted: placed.size, refused: facts - placed.size, results };
}
