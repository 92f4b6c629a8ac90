import { cutLetter } from '@weir/contracts';
import { factName } from '@weir/domain';
import type { Clock } from '@weir/platform/clock';
import type { FactsArchive, Judgement } from '@weir/platform/facts-archive';
import { sendOrReplace, type Batch, type BatchConsumer, type Bounds, type RecordLog } from '@weir/platform/record-log';
import type { WindowStore } from '@weir/platform/window-store';
import { readBatch, type AcceptedFact } from '../intake.pipeline';
import type { IntakeMetrics } from '../intake.metrics';
import { deadLetterRecord, refusalOfConflict, type Refusal } from '../refusal';
import type { IntakeSettings } from '../steps/path';
import { ArchiveCheckpoint } from './archive-checkpoint';
import { archivedFact } from './archived-fact';
import { judged } from './judged';

/** What the archive's consumer stands on. */
export interface ArchivePorts {
  readonly log: RecordLog;
  readonly archive: FactsArchive;
  /** Keeps how far the archive has come. */
  readonly store: WindowStore;
  readonly clock: Clock;
  readonly metrics: IntakeMetrics;
}

export interface ArchiveSettings extends IntakeSettings {
  readonly group: string;
  readonly factsTopic: string;
  readonly deadLettersTopic: string;
  /** How long facts are kept after they occurred, ms. */
  readonly keepMs: number;
  /** The largest lateness of the active rules in ms, asked once per batch. */
  readonly lateness: () => number | Promise<number>;
  /** Since which event time (ms) detection knows the names of facts, where all before `settled` is settled. */
  readonly namesKnownSince: (settled: number) => number | Promise<number>;
}

/**
 * Most facts of one transaction. One transaction after another, and none that takes long: what raises alerts works on the same database,
 * and often in the same process.
 */
const mostAtOnce = 200;

/**
 * Archives every accepted fact where it is first seen, and finds the names that stand for two different facts. What is
 * refused is left to detection, which reads the same records and dead-letters it.
 */
export class ArchiveConsumer implements BatchConsumer {
  readonly group: string;
  readonly topics: readonly string[];
  /** A transaction for every few facts would take the processor from what raises alerts. */
  readonly worthwhileBytes = 262_144;
  private readonly owned = new Map<number, ArchiveCheckpoint>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly ports: ArchivePorts,
    private readonly settings: ArchiveSettings,
  ) {
    this.group = settings.group;
    this.topics = [settings.factsTopic];
  }

  async assigned(topic: string, partition: number, bounds: Bounds): Promise<number> {
    const { log } = this.ports;
    const checkpoint = await ArchiveCheckpoint.open(this.ports, await log.describe(topic), partition, bounds);
    this.owned.set(partition, checkpoint);
    return checkpoint.nextOffset;
  }

  revoked(_topic: string, partition: number): Promise<void> {
    this.owned.delete(partition);
    this.ports.metrics.forgetArchiveLag(partition);
    return Promise.resolve();
  }

  async handle(batch: Batch): Promise<void> {
    for (let first = 0; first < batch.records.length; first += mostAtOnce) {
      const records = batch.records.slice(first, first + mostAtOnce);
      const turn = this.turn.then(() => this.archived({ ...batch, records }));
      this.turn = turn.catch(() => undefined);
      await turn;
    }
  }

  private async archived(batch: Batch): Promise<void> {
    const { archive, store, clock, metrics } = this.ports;
    const checkpoint = this.owned.get(batch.partition);
    const [first] = batch.records;
    const last = batch.records.at(-1);
    if (checkpoint === undefined || first === undefined || last === undefined) {
      throw new Error(`A batch of ${batch.topic}/${batch.partition} came before the partition was opened.`);
    }
    // 1. Read, and judge lateness in the order of the partition.
    const { accepted } = readBatch(batch, this.settings);
    const lateness = await this.settings.lateness();
    const knownSince = await this.settings.namesKnownSince((checkpoint.watermark.value ?? -Infinity) - lateness);
    const judge = (arrivedBefore: readonly (number | null)[]): Judgement =>
      judged(accepted, batch.partition, checkpoint.watermark.value, lateness, (index) => {
        const known = arrivedBefore[index] ?? null;
        return known !== null && known >= knownSince;
      });
    // As if no name were known, which is nearly always so.
    let verdict = judge([]);
    const facts = accepted.map((one, index) => archivedFact(one, batch, verdict.late[index] ?? false));
    // 2. Store, and say in the same transaction that nothing is missing up to here. After a crash the same facts come
    // again and are duplicates.
    const { topic, partition } = batch;
    const span = {
      topic,
      identity: checkpoint.identity,
      partition,
      from: checkpoint.nextOffset,
      to: last.offset + 1,
      arrivedAt: first.timestamp,
      watermark: verdict.watermark,
      at: clock(),
    };
    const outcomes = await archive.store(facts, span, (arrivedBefore) => (verdict = judge(arrivedBefore)));
    // 3. Tell of the names that are known with other content.
    await this.publish(
      await this.conflicts(
        accepted.filter((_, i) => outcomes[i] === 'conflict'),
        await this.settings.namesKnownSince((verdict.watermark ?? -Infinity) - lateness),
      ),
    );
    // 4. Go on.
    checkpoint.watermark.moveTo(verdict.watermark);
    await checkpoint.advance(store, last.offset + 1, clock());
    metrics.countArchived(outcomes);
    metrics.setArchiveLag(batch.partition, Math.max(0, batch.high - last.offset - 1));
  }

  /**
   * The conflicts that detection does not see: across home keys, and with facts so old (before `knownSince`, ms) that
   * it may have forgotten them. A moved copy says nothing that its first copy did not say.
   */
  private async conflicts(candidates: readonly AcceptedFact[], knownSince: number): Promise<Refusal[]> {
    const originals = candidates.filter(({ movedLate }) => movedLate === null);
    if (originals.length === 0) return [];
    const known = await this.ports.archive.byName(originals.map(({ fact: { source, id } }) => ({ source, id })));
    const byName = new Map(known.map((one) => [factName(one), one]));
    return originals.flatMap((one) => {
      const standing = byName.get(factName(one.fact));
      // Forgotten between the two calls: the archive keeps facts for a time only.
      if (standing === undefined) return [];
      if (standing.homeKey === one.homeKey && standing.occurredAt >= knownSince) return [];
      return [refusalOfConflict(one, standing.canonical)];
    });
  }

  private async publish(refusals: readonly Refusal[]): Promise<void> {
    if (refusals.length === 0) return;
    await sendOrReplace(this.ports.log, this.settings.deadLettersTopic, refusals.map(deadLetterRecord), cutLetter);
    this.ports.metrics.countDeadLetters(refusals);
  }
}
