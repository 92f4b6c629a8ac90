import type { Position } from '@weir/platform/record-log';
import type { Progress } from '@weir/platform/window-store';
import type { PartitionState } from '../steps/partition-state';
import type { Checkpoint } from './checkpoint';
import type { KeptRules } from './kept-rules';
import { SourceWatermarks } from './source-watermarks';

/** A report is due once this much more event time is settled, ms; while nothing is read, once anything is. */
const reportEvery = 60_000;
/** It is repeated after so long, ms, so that whoever reads a re-keyed topic from its middle hears of every source. */
const reportAgainAfter = 3_600_000;

/** A partition of the facts topic that this process owns. */
export class SourcePartition {
  readonly watermarks: SourceWatermarks;
  private readonly movedUpTo: Record<string, number>;
  private sourceReadAt: number | null;
  private reported: { readonly settledBefore: number | null; readonly at: number } | null = null;

  /** @param progress of this partition as of its checkpoint, undefined where it has none */
  constructor(
    readonly partition: number,
    readonly state: PartitionState,
    readonly checkpoint: Checkpoint,
    readonly keptRules: KeptRules,
    progress: Progress | undefined,
  ) {
    this.watermarks = new SourceWatermarks(partition);
    this.movedUpTo = { ...progress?.movedUpTo };
    this.sourceReadAt = progress?.sourceReadAt ?? null;
  }

  /** Facts were moved to these places of other partitions. */
  noteMoved(positions: readonly Position[]): void {
    for (const { partition, offset } of positions) {
      const key = String(partition);
      this.movedUpTo[key] = Math.max(offset, this.movedUpTo[key] ?? 0);
    }
  }

  /** A record that upstream wrote here was read at this time, ms. */
  noteSourceRead(at: number): void {
    this.sourceReadAt = at;
  }

  /** What the other partitions may know of this one, once all before `nextOffset` has been read. */
  progress(nextOffset: number): Progress {
    const { sourceReadAt } = this;
    return { watermark: this.state.watermark, movedUpTo: { ...this.movedUpTo }, nextOffset, sourceReadAt };
  }

  /**
   * What the re-keyed topics are to be told now; empty where nothing is due.
   * @param idle nothing was read this time
   */
  dueReports(idle: boolean, now: number): ReturnType<PartitionState['reports']> {
    const reports = this.state.reports(this.checkpoint.nextOffset);
    const settledBefore = reports[0]?.report.settledBefore ?? null;
    if (this.reported !== null && now - this.reported.at < reportAgainAfter) {
      const more = (settledBefore ?? -Infinity) - (this.reported.settledBefore ?? -Infinity);
      // NaN where nothing is settled yet.
      if (!(more >= reportEvery || (idle && more > 0))) return [];
    }
    return reports;
  }

  /** They were told. */
  noteReported([first]: ReturnType<PartitionState['reports']>, now: number): void {
    if (first !== undefined) this.reported = { settledBefore: first.report.settledBefore, at: now };
  }

  /** A lane has begun: it is to be told at once. */
  reportAnew(): void {
    this.reported = null;
  }
}
