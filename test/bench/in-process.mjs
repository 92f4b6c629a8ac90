/** The rows that need no service. */
import { setImmediate, setTimeout } from 'node:timers/promises';
import { messages, rules } from './messages.mjs';
import { parseOnly, Path } from './path.mjs';
import { alternate, ratioOf, secondsOf } from './slices.mjs';

const perSlice = 10_000;

/** Full path ÷ JSON.parse of the same bytes. */
const fullPath = (howMany) => (progress) => {
  const next = messages();
  const path = new Path(rules(howMany));
  let buffers = [];
  return alternate(
    () => secondsOf(() => path.take(buffers)),
    () => secondsOf(() => parseOnly(buffers)),
    {
      prepare: () => {
        buffers = next(perSlice);
      },
      progress,
      slices: 30,
    },
  );
};

/** Two settings of the same path, each with its own facts. */
const against = (one, other) => async (progress) => {
  const contestant = { path: new Path(one.rules), next: messages(one.facts) };
  const baseline = { path: new Path(other.rules), next: messages(other.facts) };
  for (const { path, next, prefill = 0 } of [
    { ...contestant, prefill: one.prefill },
    { ...baseline, prefill: other.prefill },
  ]) {
    for (let done = 0; done < prefill; done += perSlice) path.take(next(perSlice));
  }
  const slice =
    ({ path, next }) =>
    () => {
      const buffers = next(perSlice);
      return secondsOf(() => path.take(buffers));
    };
  return alternate(slice(contestant), slice(baseline), { progress, slices: 24 });
};

/** Bytes that the process has grown by for each fact that is held. */
const bytesPerFact = (howMany) => async (progress) => {
  if (globalThis.gc === undefined) throw new Error('Run Node with --expose-gc.');
  const next = messages({ accounts: 10_000 });
  const path = new Path(rules(howMany, { window: 'P30D' }));
  const measured = [];
  path.take(next(perSlice));
  const heldBefore = path.held;
  const before = await used();
  for (let step = 1; step <= 30; step++) {
    path.take(next(perSlice));
    measured.push(((await used()) - before) / (path.held - heldBefore));
    progress(step / 30);
  }
  // The first are full of empty space that is filled later; the last twenty count.
  return ratioOf(measured.slice(-20));
};

/** Bytes in use. Memory of buffers that are gone is given back beside the program, a moment after they were found to be. */
async function used() {
  for (let round = 0; round < 2; round++) {
    globalThis.gc();
    await setTimeout(100);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The longest time, in ms, that the event loop waits while a detector takes one batch after the other. */
const longestPause = async (progress) => {
  const next = messages({ accounts: 100_000 });
  const path = new Path(rules(10));
  const pauses = [];
  const rounds = 40;
  for (let round = 0; round < rounds; round++) {
    const batches = Array.from({ length: 20 }, () => next(500));
    let longest = 0;
    for (const batch of batches) {
      const seconds = secondsOf(() => path.takeBatch(batch));
      longest = Math.max(longest, seconds * 1000);
      await setImmediate();
    }
    pauses.push(longest);
    progress((round + 1) / rounds);
  }
  return { ratio: Math.max(...pauses), spread: ratioOf(pauses).spread };
};

const ten = rules(10);
const thirtyDays = { rules: rules(10, { window: 'P30D' }), facts: { seed: 2 }, prefill: 200_000 };
const oneMinute = { rules: rules(10, { window: 'PT1M' }), facts: { seed: 2 }, prefill: 200_000 };

export const inProcess = [
  {
    name: 'full path in process ÷ JSON.parse, 10 rules',
    must: 3.2,
    stretch: 2.5,
    run: fullPath(10),
  },
  { name: 'full path in process ÷ JSON.parse, 50 rules', must: 5.2, stretch: 4, run: fullPath(50) },
  { name: '30-day ÷ 1-minute windows', must: 1.3, stretch: 1.1, run: against(thirtyDays, oneMinute) },
  {
    name: '1 million ÷ 10 thousand accounts',
    must: 1.3,
    stretch: 1.1,
    run: against(
      { rules: ten, facts: { accounts: 1_000_000, seed: 3 }, prefill: 1_000_000 },
      { rules: ten, facts: { accounts: 10_000, seed: 3 }, prefill: 1_000_000 },
    ),
  },
  {
    name: '5 % late ÷ in order',
    must: 1.5,
    stretch: 1.3,
    run: against(
      { rules: ten, facts: { late: 0.05, seed: 4 }, prefill: 200_000 },
      { rules: ten, facts: { seed: 4 }, prefill: 200_000 },
    ),
  },
  { name: 'bytes held per fact, 10 rules', must: 200, stretch: 160, run: bytesPerFact(10) },
  { name: 'bytes held per fact, 50 rules', must: 600, stretch: 400, run: bytesPerFact(50) },
  { name: 'longest pause of the event loop at full load, ms', must: 200, stretch: 100, run: longestPause },
];
