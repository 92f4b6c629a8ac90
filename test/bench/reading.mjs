/**
 * What reading a fact costs, from bytes to a validated fact that knows its home, beside parsing its JSON alone:
 * `node test/bench/reading.mjs` after `npm run build`; `--accounts 1000000` to spread the facts over more accounts.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { parseOnly } from './path.mjs';
import { variedMessages } from './reading-messages.mjs';
import { alternate } from './slices.mjs';

const { readBatch } = createRequire(import.meta.url)('@weir/intake');

const perSlice = 20_000;
const perBatch = 500;
const arrivedAt = Date.parse('2026-11-22T12:00:00+08:00');
const settings = { partitions: 12, maxFutureMs: 86_400_000 };

/** Seconds of the processor: what else runs on the machine does not count. */
function processorSeconds(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Gives pairs of what reading and what parsing took, in seconds for 20,000 messages, and the median of their quotients. */
export async function measureReading({ accounts = 20_000, slices = 30, progress } = {}) {
  const next = variedMessages({ accounts });
  let messages = [];
  let batches = [];
  const read = () => {
    for (const batch of batches) {
      const { refused } = readBatch(batch, settings);
      if (refused.length > 0) throw new Error(`A message was refused: ${refused[0].message}`);
    }
  };
  return alternate(
    () => processorSeconds(read),
    () => processorSeconds(() => parseOnly(messages)),
    {
      prepare: () => {
        messages = next(perSlice);
        batches = batchesOf(messages);
      },
      slices,
      progress,
    },
  );
}

/** The row of the performance table. */
export const reading = {
  name: 'reading a fact ÷ JSON.parse',
  must: 1.45,
  stretch: 1.3,
  run: (progress) => measureReading({ progress }),
};

function batchesOf(messages) {
  const records = messages.map((value, offset) => ({ offset, key: null, value, headers: {}, timestamp: arrivedAt }));
  return Array.from({ length: Math.ceil(records.length / perBatch) }, (_, n) => ({
    topic: 'weir.facts.v1',
    partition: 3,
    records: records.slice(n * perBatch, (n + 1) * perBatch),
  }));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { accounts: { type: 'string' }, slices: { type: 'string' } } });
  const wanted = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
  const { ratio, spread, pairs } = await measureReading(wanted);
  const microseconds = (side) => {
    const sorted = pairs.map((pair) => pair[side]).sort((a, b) => a - b);
    return ((sorted[sorted.length >> 1] / perSlice) * 1e6).toFixed(2);
  };
  process.stdout.write(
    `${reading.name}: ${ratio.toFixed(2)} (quartiles ${spread.map((one) => one.toFixed(2)).join(' to ')}, ${pairs.length} pairs of slices); ` +
      `${microseconds('of')} and ${microseconds('to')} µs a message\n`,
  );
}
