/** Detectors on Kafka with Redis, as they are run, against a bare consumer of the same topic that only parses. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BenchCluster, factsTopic, preload } from './cluster.mjs';
import { messages, rules } from './messages.mjs';
import { ServiceProcess } from './service-process.mjs';
import { ratioOf } from './slices.mjs';
import { until } from './until.mjs';

const factsPerRound = 200_000;
/** The first warms up and is not counted. A round is long, so these are fewer than the slices of the rows within one process. */
const rounds = 6;
const profiledRounds = 3;

/** A bare consumer that has joined its group and waits. */
async function startBare(cluster) {
  const child = fork(
    fileURLToPath(new URL('bare-consumer.mjs', import.meta.url)),
    [cluster.brokers.join(','), factsTopic],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  cluster.onStop(async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  const answer = async () => {
    const [message] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`The bare consumer ended with ${code}.`))),
    ]);
    return message;
  };
  await answer();
  return (ends) => {
    child.send({ ends: [...ends] });
    return answer();
  };
}

/** Detectors that share the partitions, each with some of them. */
async function startDetectors(cluster, howMany) {
  const detectors = [];
  for (let n = 0; n < howMany; n++) {
    const detector = await ServiceProcess.start('detector', cluster.env);
    cluster.onStop(() => detector.stop());
    detectors.push(detector);
  }
  return detectors;
}

/** The same over all of them. */
const sumOf = async (detectors, ask) => (await Promise.all(detectors.map(ask))).reduce((sum, one) => sum + one, 0);
const accepted = (detectors) => sumOf(detectors, (one) => one.metric('weir_facts_total', 'outcome="accepted"'));
const cpuSeconds = (detectors) => sumOf(detectors, (one) => one.cpuSeconds());

/** Lets the detectors read what the transaction makes readable, until all of it is in their checkpoints. */
async function drain(cluster, detectors, commit) {
  const [factsBefore, cpuBefore] = [await accepted(detectors), await cpuSeconds(detectors)];
  const startedAt = process.hrtime.bigint();
  const ends = await commit();
  await until(
    'the detectors to have read all',
    async () => {
      const reached = await cluster.checkpoints();
      return [...ends].every(([partition, end]) => (reached.get(partition) ?? 0) >= end);
    },
    { everyMs: 10 },
  );
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  const taken = { seconds, cpuSeconds: (await cpuSeconds(detectors)) - cpuBefore };
  const facts = (await accepted(detectors)) - factsBefore;
  if (facts !== factsPerRound) throw new Error(`The detectors accepted ${facts} of ${factsPerRound} facts.`);
  return { ends, ...taken };
}

/**
 * In each round the same facts are drained by the detectors and then by the bare consumer, while the other waits.
 * @param quotient of what a round of the one and of the other took
 */
const drained = (howMany, quotient) => async (progress) => {
  const cluster = await BenchCluster.start(rules(10));
  try {
    const [detectors, bare, producer] = [
      await startDetectors(cluster, howMany),
      await startBare(cluster),
      await cluster.transactions(),
    ];
    const next = messages({ seed: 8 });
    const quotients = [];
    for (let round = 0; round <= rounds; round++) {
      const commit = await preload(producer, next(factsPerRound));
      const detected = await drain(cluster, detectors, commit);
      const parsed = await bare(detected.ends);
      if (parsed.facts !== factsPerRound) throw new Error(`The bare consumer read ${parsed.facts} facts.`);
      if (round > 0) quotients.push(quotient(detected, parsed));
      process.stderr.write(`  round ${round} of ${rounds}: detectors ${shown(detected)}; bare ${shown(parsed)}\n`);
      progress((round + 1) / (rounds + 1));
    }
    return ratioOf(quotients);
  } finally {
    await cluster.stop();
  }
};

/** Lets one detector, run with these options of Node, drain some rounds, and ends it; gives how many facts it has taken. */
export async function drainOnce(options) {
  const cluster = await BenchCluster.start(rules(10));
  try {
    const detector = await ServiceProcess.start('detector', cluster.env, options);
    cluster.onStop(() => detector.stop());
    const producer = await cluster.transactions();
    const next = messages({ seed: 8 });
    for (let round = 0; round < profiledRounds; round++)
      await drain(cluster, [detector], await preload(producer, next(factsPerRound)));
    await detector.stop();
    return profiledRounds * factsPerRound;
  } finally {
    await cluster.stop();
  }
}

const shown = ({ seconds, cpuSeconds: cpu }) =>
  `${Math.round(factsPerRound / seconds)} facts/s, ${((cpu * 1e6) / factsPerRound).toFixed(2)} CPU s per million`;

export const kafka = [
  {
    name: 'detector on Kafka with Redis ÷ bare consumer, CPU',
    must: 2.6,
    stretch: 1.9,
    run: drained(1, (detected, parsed) => detected.cpuSeconds / parsed.cpuSeconds),
  },
  {
    name: 'two detectors on Kafka with Redis ÷ one bare consumer, facts/s',
    must: 0.5,
    stretch: 0.75,
    atLeast: true,
    run: drained(2, (detected, parsed) => parsed.seconds / detected.seconds),
  },
];
