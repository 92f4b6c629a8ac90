/**
 * A bare kafkajs consumer in a process of its own: `eachBatch`, each value parsed, the offset of the batch committed. It reads while it is
 * told to. Told `{ ends }` (by partition the offset behind the last record that is wanted) it goes on, and answers with what it took:
 * `{ facts, seconds, cpuSeconds }`, from its first batch to its last.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Kafka, logLevel } = require('kafkajs');

const [brokers, topic] = process.argv.slice(2);
const consumer = new Kafka({ brokers: brokers.split(','), clientId: 'bare', logLevel: logLevel.ERROR }).consumer({
  groupId: 'bare',
  maxWaitTimeInMs: 500,
});
/** The round in hand: what is still wanted, and what was taken so far. */
let round = null;

consumer.on(consumer.events.CRASH, ({ payload }) => {
  throw payload.error;
});
consumer.on(consumer.events.GROUP_JOIN, () => {
  consumer.pause([{ topic }]);
  process.send('ready');
});
process.on('message', ({ ends }) => {
  round = { wanted: new Map(ends), facts: 0, length: 0, startedAt: null, cpu: null };
  consumer.resume([{ topic }]);
});

await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await consumer.run({
  eachBatch: ({ batch: { partition, messages } }) => {
    round.startedAt ??= process.hrtime.bigint();
    round.cpu ??= process.cpuUsage();
    for (const { value } of messages) round.length += JSON.parse(value.toString('utf8')).id.length;
    round.facts += messages.length;
    if (Number(messages.at(-1).offset) + 1 >= round.wanted.get(partition)) round.wanted.delete(partition);
    if (round.wanted.size === 0) report();
    return Promise.resolve();
  },
});

function report() {
  const { facts, startedAt, cpu } = round;
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  consumer.pause([{ topic }]);
  process.send({ facts, seconds, cpuSeconds: (user + system) / 1e6 });
}
