/** The path of a fact within one process, from bytes to hits, as the detector's pipeline runs it. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { compileRules, Detector } = require('@weir/domain');
const { readBatch } = require('@weir/intake');

const settings = { partitions: 1, maxFutureMs: 86_400_000 };
const topic = 'weir.facts.v1';
/** After so many facts what no window needs is forgotten, as after a batch. */
const batchSize = 500;

/** Reads bytes, measures facts, counts hits. */
export class Path {
  hits = 0;
  held = 0;
  #offset = 0;

  constructor(documents) {
    this.detector = new Detector(compileRules(documents));
  }

  /** Takes messages in, in batches. */
  take(buffers) {
    for (let from = 0; from < buffers.length; from += batchSize) this.takeBatch(buffers.slice(from, from + batchSize));
  }

  takeBatch(buffers) {
    const records = buffers.map((value) => ({
      offset: this.#offset++,
      key: null,
      value,
      headers: {},
      timestamp: Number.MAX_SAFE_INTEGER,
    }));
    const { accepted, refused } = readBatch({ topic, partition: 0, records }, settings);
    if (refused.length > 0) throw new Error(`A message was refused: ${refused[0].message}`);
    for (const { fact, record } of accepted) {
      const acceptance = this.detector.accept(fact, { topic, partition: 0, offset: record.offset });
      if (acceptance.outcome !== 'accepted') throw new Error(`Fact ${fact.id} was a ${acceptance.outcome}.`);
      this.hits += acceptance.states.length;
      this.held++;
    }
    this.detector.forget(this.detector.watermark, 2_000 + 2 * records.length);
  }
}

/** The yardstick: the same bytes parsed, and nothing else. */
export function parseOnly(buffers) {
  let length = 0;
  for (const buffer of buffers) length += JSON.parse(buffer.toString('utf8')).id.length;
  return length;
}
