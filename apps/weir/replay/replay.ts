import type { DeadLetter } from '@weir/contracts';
import { keptBytesOfTooLarge } from '@weir/contracts';
import { Detection, type HitState, type RuleSet } from '@weir/domain';
import { readFactLines, type AcceptedFact, type FactLine, type RefusedLine } from '@weir/intake';
import { KnownNames } from './known-names';

/** What a replay depends on besides rules and facts. */
export interface ReplaySettings {
  /** When every fact counts as arrived, ms since 1970. */
  readonly arrivedAt: number;
  readonly maxFutureMs: number;
}

/** Counts of a replay; accepted + duplicates + refused = sent. */
export interface ReplayCounts {
  sent: number;
  accepted: number;
  /** Accepted, but too late for windows. */
  late: number;
  duplicates: number;
  refused: number;
}

/** How often what no window needs any more is swept out, in facts. */
const sweepEvery = 1_000;
const homesPerSweep = 2_000;

/**
 * Runs a file of facts through the very engine that the services run, in the order of the file, as one partition. Takes
 * lines as they come; `standing` gives the hits that stand.
 */
export class Replay {
  readonly counts: ReplayCounts = { sent: 0, accepted: 0, late: 0, duplicates: 0, refused: 0 };
  private readonly detection: Detection;
  private readonly names = new KnownNames();
  private readonly newest = new Map<string, HitState>();

  constructor(
    rules: RuleSet,
    private readonly settings: ReplaySettings,
  ) {
    this.detection = Detection.begin(rules);
  }

  /** Takes lines in; gives the dead letters among them, in their order. */
  take(lines: readonly FactLine[]): readonly DeadLetter[] {
    const { arrivedAt, maxFutureMs } = this.settings;
    const { accepted, refused } = readFactLines(lines, arrivedAt, { partitions: 1, maxFutureMs });
    this.counts.sent += lines.length;
    const originals = new Map(lines.map(({ line, original }) => [line, original]));
    const letters = refused.map(letterOf);
    for (const one of accepted) {
      const letter = this.takeFact(one, originals.get(one.record.offset) ?? Buffer.alloc(0));
      if (letter !== null) letters.push(letter);
    }
    this.counts.refused += letters.length;
    return letters.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  }

  /** The hits that stand, in no particular order. */
  standing(): readonly HitState[] {
    return [...this.newest.values()];
  }

  private takeFact({ fact, record }: AcceptedFact, original: Buffer): DeadLetter | null {
    const line = record.offset;
    const name = this.names.note(fact, line);
    if (name.outcome === 'duplicate') {
      this.counts.duplicates++;
      return null;
    }
    if (name.outcome === 'conflict') {
      return {
        line,
        origin: `file/${line}`,
        reason: 'conflicting-id',
        message:
          `"${fact.id}" of source "${fact.source}" stands in line ${name.firstLine} with other content; the first stands. ` +
          'Send a correction under an id of its own.',
        original: original.subarray(0, keptBytesOfTooLarge).toString('base64'),
      };
    }
    const acceptance = this.detection.accept(fact, { topic: 'file', partition: 0, offset: line });
    if (acceptance.outcome !== 'accepted') {
      throw new Error(`Line ${line}: the name is new to the file but known to detection. This is a defect of Weir.`);
    }
    this.counts.accepted++;
    if (acceptance.late) this.counts.late++;
    for (const state of acceptance.states) {
      if (state.status === 'withdrawn') this.newest.delete(state.hitId);
      else this.newest.set(state.hitId, state);
    }
    if (this.counts.accepted % sweepEvery === 0 && this.detection.watermark !== null) {
      this.detection.forget(this.detection.watermark, homesPerSweep);
    }
    return null;
  }
}

function letterOf({ line, origin, reason, message, original, sha256, length }: RefusedLine): DeadLetter {
  return {
    line,
    origin,
    reason,
    message,
    original: original.subarray(0, keptBytesOfTooLarge).toString('base64'),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(length === undefined ? {} : { length }),
  };
}
