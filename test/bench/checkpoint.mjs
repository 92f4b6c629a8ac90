/** What the checkpoint costs: the path of a partition with the delta of each batch appended to the window store, and the same path without. */
import { createRequire } from 'node:module';
import { CheckpointedPath } from './checkpointed-path.mjs';
import { messages, rules } from './messages.mjs';
import { alternate, secondsOfAsync } from './slices.mjs';

const require = createRequire(import.meta.url);
const { compileRules, homePartition } = require('@weir/domain');
const { RedisWindowStore } = require('@weir/platform/window-store');
const { startRedis } = require('@weir/testing');

const perSlice = 20_000;
/** As in a detector, one partition is measured while the checkpoint of another is on its way. */
const partitions = 4;

function byPartition(buffers) {
  const parts = Array.from({ length: partitions }, () => []);
  for (const buffer of buffers)
    parts[homePartition(JSON.parse(buffer.toString('utf8')).accountId, partitions)].push(buffer);
  return parts;
}

/** The same facts through both. Redis writes its append-only file, as it must for Weir. */
async function checkpointOnOff(progress) {
  const redis = await startRedis({ appendonly: true });
  const store = new RedisWindowStore({ url: redis.url });
  try {
    const documents = rules(10);
    const numbers = Array.from({ length: partitions }, (_, number) => number);
    const on = await Promise.all(
      numbers.map((number) => CheckpointedPath.open(store, compileRules(documents), number)),
    );
    const off = numbers.map(() => CheckpointedPath.withoutCheckpoints(compileRules(documents)));
    const next = messages({ seed: 5 });
    let parts = [];
    return await alternate(
      () => secondsOfAsync(() => Promise.all(on.map((path, number) => path.take(parts[number])))),
      () => secondsOfAsync(() => Promise.all(off.map((path, number) => path.take(parts[number])))),
      {
        prepare: () => {
          parts = byPartition(next(perSlice));
        },
        progress,
        slices: 40,
      },
    );
  } finally {
    await store.close();
    await redis.stop();
  }
}

export const checkpoint = [{ name: 'checkpoint on ÷ off', must: 1.15, stretch: 1.05, run: checkpointOnOff }];
