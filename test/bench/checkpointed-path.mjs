/** The path of a fact within one process with the delta of each batch appended to the window store. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { detect, PartitionState } = require('@weir/detection');
const { readBatch } = require('@weir/intake');

const topic = 'weir.facts.v1';
const settings = { partitions: 1, maxFutureMs: 86_400_000 };
/** About what one fetch brings of a partition at full load: 1 MiB. */
const batchSize = 2_500;
/** As the setting WEIR_SNAPSHOT_EVERY is, where nobody sets it. */
const snapshotEvery = 500;

const writesNothing = { change() {}, newestOf() {}, take: () => Buffer.alloc(0), isEmpty: true };

/** The path as the detector runs it, between the record log that it reads from and the one that it writes to. */
export class CheckpointedPath {
  #state = PartitionState.begin(topic, 0, false);
  #deltas = 0;
  #source = {
    read: (batch) => {
      const { accepted, refused } = readBatch(batch, settings);
      if (refused.length > 0) throw new Error(`A message was refused: ${refused[0].message}`);
      return { facts: accepted, deadLetters: [] };
    },
  };

  /** Opens a partition in an empty store; `partition` is but its name there. */
  static async open(store, ruleSet, partition = 0) {
    const { claim } = await store.open({ topic, partition }, 'bench#1', 0);
    return new CheckpointedPath(store, claim, ruleSet);
  }

  /** The same path with all that belongs to checkpoints left out: no delta is written, and none is stored. */
  static withoutCheckpoints(ruleSet) {
    const path = new CheckpointedPath(null, { nextOffset: 0 }, ruleSet);
    path.#state.delta = writesNothing;
    return path;
  }

  constructor(store, claim, ruleSet) {
    this.store = store;
    this.claim = claim;
    this.#state.useRules(ruleSet, -1);
  }

  async take(buffers) {
    for (let from = 0; from < buffers.length; from += batchSize)
      await this.#takeBatch(buffers.slice(from, from + batchSize));
  }

  async #takeBatch(buffers) {
    const first = this.claim.nextOffset;
    const timestamp = Number.MAX_SAFE_INTEGER;
    const records = buffers.map((value, n) => ({ offset: first + n, key: null, value, headers: {}, timestamp }));
    const nextOffset = first + records.length;
    const settled = this.#state.watermark;
    const { outcomes, delta } = detect({ topic, partition: 0, records, high: nextOffset }, this.#state, {
      source: this.#source,
      settled,
    });
    if (outcomes.accepted !== records.length)
      throw new Error(`Not every fact was accepted: ${JSON.stringify(outcomes)}`);
    if (this.store === null) {
      this.claim = { nextOffset };
      return;
    }
    const progress = { watermark: this.#state.watermark, movedUpTo: {}, nextOffset, sourceReadAt: Date.now() };
    this.#goOn(await this.store.append(this.claim, delta, nextOffset, progress));
    if (++this.#deltas < snapshotEvery) return;
    this.#deltas = 0;
    this.#goOn(await this.store.snapshot(this.claim, [...this.#state.snapshot()]));
  }

  #goOn(result) {
    if (result === 'fenced') throw new Error('The checkpoint was refused.');
    this.claim = result.claim;
  }
}
