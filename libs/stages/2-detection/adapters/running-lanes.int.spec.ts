import type { RunningConsumer } from '@weir/platform/record-log';
import { setTimeout as pause } from 'node:timers/promises';
import { Detecting, recordsOf } from '../detecting.spec';
import { factsTopic, manyLanes, manyRules, monthOf, wantedOf } from '../given.spec';
import { laneTopic } from './lane-topic';
import { RunningLanes } from './running-lanes';

jest.setTimeout(120_000);

const [account, ...others] = manyRules;

/** Waits for a condition. */
async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; await pause(50)) if (await holds()) return;
  throw new Error(`Waited for ${what}.`);
}

describe('the lanes that rules need', () => {
  let world: Detecting;
  let source: RunningConsumer;
  let lanes: RunningLanes;
  const faults: string[] = [];
  afterEach(async () => {
    await Promise.all([source.stop(), lanes.stop()]);
    await world.end();
  });

  it('are read without a restart, once rules begin to need them, and give the hits of one place', async () => {
    world = await Detecting.begin(...(account === undefined ? [] : [account]));
    source = await world.log.consume(world.detector().consumer);
    lanes = new RunningLanes(world.lanesPorts(({ message }) => faults.push(message)));
    await lanes.start();
    const facts = monthOf(400);
    await world.write(facts.slice(0, 200));
    await until('the hits of the first', async () => (await world.hits()).length > 3);
    await expect(world.log.describe(laneTopic(factsTopic, 'customerId'))).rejects.toThrow('does not exist');

    await world.publish(...others);
    await world.write(facts.slice(200));
    await lanes.look();
    for (const lane of manyLanes) await world.log.describe(laneTopic(factsTopic, lane));
    await lanes.check();
    const wanted = wantedOf(manyRules, facts);
    await until('every hit', async () => (await world.standing()).size >= wanted.size);
    await until('nothing to be left', async () => (await lanes.lag()).every(({ lag }) => lag === 0));

    expect((await lanes.lag()).length).toBe(manyLanes.length * 3);
    expect([lanes.stoppedPartitions(), faults]).toEqual([[], []]);
    const standing = await world.standing();
    const complete = (hits: ReadonlyMap<string, unknown>): unknown[] =>
      [...hits].map(([id, hit]) => [
        id,
        { ...(hit as object), evidence: { ...(hit as { evidence: object }).evidence, incomplete: null } },
      ]);
    expect(complete(standing)).toEqual(complete(wanted));
    // Nothing beside the topics of the lanes was made, and nobody but these groups reads them.
    expect((await recordsOf(world.log, laneTopic(factsTopic, 'tellerId'))).length).toBeGreaterThan(100);
  });

  it('that cannot be read are told of, keep no other from being read, and are tried again', async () => {
    world = await Detecting.begin(...manyRules);
    source = await world.log.consume(world.detector().consumer);
    let broken = true;
    const ports = world.lanesPorts(({ message }) => faults.push(message));
    lanes = new RunningLanes({
      ...ports,
      lanes: {
        topic: (lane) =>
          broken && lane === 'branchId' ? Promise.reject(new Error('topics may not be made')) : ports.lanes.topic(lane),
      },
    });
    await lanes.start();
    expect(faults).toEqual(['topics may not be made']);
    await expect(lanes.check()).rejects.toThrow('topics may not be made');
    await until(
      'the others',
      async () => new Set((await lanes.lag()).map(({ topic }) => topic)).size === manyLanes.length - 1,
    );
    broken = false;
    await lanes.look();
    await lanes.check();
    await until('all', async () => new Set((await lanes.lag()).map(({ topic }) => topic)).size === manyLanes.length);
  });
});
