import { topics } from '@weir/contracts';
import type { Batch, BatchConsumer, Bounds, LogRecord, RecordLog } from '@weir/platform/record-log';
import type { Log } from '@weir/platform/sql';
import { readHits } from '../alerting.pipeline';
import type { AlertingPorts, HitBatch } from '../alerting.ports';
import type { ReadRecords } from '../steps/read-states';
import type { SettledState } from '../steps/settle-states';
import type { AlertingMetrics } from './alerting-metrics';
import { openPosition } from './positions';
import { maxStates, Settling } from './settling';

/** What the consumer stands on: the ports of the stage, and how the log names its topics. */
export interface HitsConsumerParts {
  readonly ports: AlertingPorts;
  readonly log: Pick<RecordLog, 'describe'>;
  /** Name of the consumer group. */
  readonly group: string;
  readonly metrics: AlertingMetrics;
  readonly logger: Log;
}

/**
 * Reads `weir.hits.v1` and makes alerts of it. The position of each partition stands in PostgreSQL beside what was made of
 * its records, so each record counts once however often it is delivered, and a member that lost its partition without
 * noticing can store nothing.
 */
export class HitsConsumer implements BatchConsumer {
  readonly group: string;
  readonly topics = [topics.hits];
  private readonly next = new Map<string, number>();
  private readonly settling: Settling;

  constructor(private readonly parts: HitsConsumerParts) {
    this.group = parts.group;
    this.settling = new Settling(parts.ports);
  }

  async assigned(topic: string, partition: number, bounds: Bounds): Promise<number> {
    const { identity } = await this.parts.log.describe(topic);
    const offset = await openPosition(this.parts.ports.pool, topic, partition, identity, bounds);
    this.next.set(`${topic}/${partition}`, offset);
    return offset;
  }

  revoked(topic: string, partition: number): Promise<void> {
    this.next.delete(`${topic}/${partition}`);
    this.parts.metrics.givenBack(partition);
    return Promise.resolve();
  }

  async handle({ topic, partition, records, high }: Batch): Promise<void> {
    for (let first = 0; first < records.length; first += maxStates) {
      const part = records.slice(first, first + maxStates);
      await this.settle(topic, partition, part);
      this.parts.metrics.lag(partition, high - 1 - (part.at(-1)?.offset ?? high));
    }
  }

  private async settle(topic: string, partition: number, delivered: readonly LogRecord[]): Promise<void> {
    const from = this.next.get(`${topic}/${partition}`);
    if (from === undefined) throw new Error(`${topic}/${partition} was delivered before it was assigned.`);
    const records = delivered.filter(({ offset }) => offset >= from);
    const last = records.at(-1);
    if (last === undefined) return; // all of it was settled before
    const batch: HitBatch = { topic, partition, from, to: last.offset + 1, records };
    const done = this.parts.metrics.batch();
    const read = await readHits(this.parts.ports, batch);
    const settled = await this.settling.settle(batch, read.states);
    this.next.set(`${topic}/${partition}`, batch.to);
    done();
    this.report(batch, read, settled);
  }

  private report(batch: HitBatch, read: ReadRecords, settled: readonly SettledState[]): void {
    const { metrics, logger, ports } = this.parts;
    const at = ports.clock();
    for (const state of settled) {
      metrics.settled(state, at);
      if (state.outcome !== 'foreign-position') continue;
      const { hitId, asOf } = state.state.hit;
      logger.error(
        `A state of hit ${hitId} was ignored: it was made at ${asOf.topic}/${asOf.partition}/${asOf.offset}, but the hit ` +
          'is measured in another partition. Look for two detectors with different partition counts.',
      );
    }
    for (const { record, reason, message } of read.refused) {
      metrics.refused(reason);
      logger.error(`${batch.topic}/${batch.partition}/${record.offset} became a dead letter (${reason}): ${message}`);
    }
  }
}
