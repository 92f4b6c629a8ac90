import { alertIdOf, alertStreamOf, maxAgeOfAlert } from '@weir/domain';
import { StopPartition } from '@weir/platform/record-log';
import { inTransaction } from '@weir/platform/sql';
import { headers, topics } from '@weir/contracts';
import { alertRecordSchema } from '@weir/contracts';
import { PositionMoved } from './adapters/positions';
import { batchOf, day0, givenAlerting, hitOf } from './given.spec';
import type { GivenAlerting } from './given.spec';

// Starting PostgreSQL and whole transactions take their time on a busy machine.
jest.setTimeout(60_000);

let given: GivenAlerting;
beforeAll(async () => {
  given = await givenAlerting();
}, 120_000);
beforeEach(() => given.empty());
afterAll(() => given.stop());

const idOf = (name: string): string => alertIdOf(hitOf(name).hitId);

describe('hits become alerts', () => {
  it('raises one alert for the hits of a group, on which all their states are recorded', async () => {
    const member = await given.member();
    await member.handle(
      batchOf(0, [
        hitOf('a', { offset: 1 }),
        hitOf('b', { offset: 2 }),
        hitOf('other', { offset: 2, account: 'A2' }),
        hitOf('a', { offset: 3, status: 'withdrawn' }),
        hitOf('b', { offset: 3, status: 'revised' }),
        hitOf('a', { offset: 4, status: 'reinstated' }),
      ]),
    );

    expect(await given.alerts()).toMatchObject([
      { id: idOf('a'), hits: 2, standingHits: 2, raisedAt: day0 + 1_000, dueAt: day0 + 1_000 + 4 * 3_600_000 },
      { id: idOf('other'), hits: 1, standingHits: 1 },
    ]);
    const types = (await given.events.readStream(alertStreamOf(idOf('a')))).map(({ type }) => type);
    expect(types).toEqual(['alert-raised', 'hit-joined', 'hit-withdrawn', 'hit-revised', 'hit-reinstated']);
    await expect(given.events.verify()).resolves.toBeNull();
  });

  it('goes on where it left off: a hit joins across batches and versions of its rule', async () => {
    const member = await given.member();
    await member.handle(batchOf(0, [hitOf('a', { offset: 1, version: 1 })]));
    await member.handle(batchOf(1, [hitOf('b', { offset: 2, version: 2, severity: 'critical' })]));
    expect(await given.alerts()).toMatchObject([{ hits: 2, severity: 'critical' }]);
  });

  it('says of an alert whose hits are all withdrawn that none stands, and keeps it', async () => {
    const member = await given.member();
    await member.handle(batchOf(0, [hitOf('a', { offset: 1 }), hitOf('a', { offset: 2, status: 'withdrawn' })]));
    expect(await given.alerts()).toMatchObject([{ id: idOf('a'), hits: 1, standingHits: 0 }]);
  });

  it('links a new alert to the one that lies 30 days behind, whose hits stay with it', async () => {
    const member = await given.member();
    const late = { ...hitOf('late').fact, occurredAt: day0 + maxAgeOfAlert };
    await member.handle(batchOf(0, [hitOf('a', { offset: 1 }), hitOf('late', { offset: 2, fact: late })]));
    await member.handle(batchOf(2, [hitOf('a', { offset: 3, status: 'withdrawn' })]));
    await member.handle(batchOf(3, [hitOf('b', { offset: 4, fact: { ...late, id: 'b' } })]));
    expect(await given.alerts()).toMatchObject([
      { id: idOf('a'), hits: 1, standingHits: 0, linkedTo: null },
      { id: idOf('late'), hits: 2, standingHits: 2, linkedTo: idOf('a') },
    ]);
  });

  it('fills an alert with 1,000 hits and links the next to it', async () => {
    const member = await given.member();
    const hits = Array.from({ length: 1_001 }, (_, index) => hitOf(`h${index}`, { offset: index }));
    await member.handle(batchOf(0, hits));
    expect(await given.alerts()).toMatchObject([
      { id: idOf('h0'), hits: 1_000 },
      { id: idOf('h1000'), hits: 1, linkedTo: idOf('h0') },
    ]);
  });

  it('places a hit whose first states were lost by what it is now', async () => {
    const member = await given.member();
    await member.handle(
      batchOf(0, [
        hitOf('revised', { offset: 1, status: 'revised' }),
        hitOf('withdrawn', { offset: 1, status: 'withdrawn', account: 'A2' }),
      ]),
    );
    expect(await given.alerts()).toMatchObject([{ id: idOf('revised'), hits: 1 }]);
    await member.handle(batchOf(2, [hitOf('withdrawn', { offset: 2, status: 'reinstated', account: 'A2' })]));
    expect(await given.alerts()).toMatchObject([{ id: idOf('revised') }, { id: idOf('withdrawn'), standingHits: 1 }]);
  });
});

describe('what comes again, or is not news', () => {
  it('changes nothing when the same records are delivered again', async () => {
    const member = await given.member();
    const batch = batchOf(0, [hitOf('a', { offset: 1 }), hitOf('b', { offset: 2 })]);
    await member.handle(batch);
    const before = await given.everything();
    await member.handle(batch);
    expect(await given.everything()).toEqual(before);
  });

  it('changes nothing but the position when the same states come again, or older ones from a stale detector', async () => {
    const member = await given.member();
    await member.handle(batchOf(0, [hitOf('a', { offset: 5 }), hitOf('a', { offset: 7, status: 'withdrawn' })]));
    const before = await given.alerts();
    await member.handle(
      batchOf(2, [
        hitOf('a', { offset: 5 }),
        hitOf('a', { offset: 7, status: 'withdrawn' }),
        hitOf('a', { offset: 6, status: 'revised' }),
      ]),
    );
    expect(await given.alerts()).toEqual(before);
    expect(await given.registry.getSingleMetricAsString('weir_alerting_hit_states_total')).toContain(
      'outcome="not-newer"',
    );
  });

  it('takes over what a hit says that is raised once more under a newer position, and nothing where it says the same', async () => {
    const member = await given.member();
    const again = hitOf('a', { offset: 9 });
    await member.handle(batchOf(0, [hitOf('a', { offset: 5 }), again]));
    const types = async (): Promise<readonly string[]> => (await given.events.readAll(0, 100)).map(({ type }) => type);
    expect(await types()).toEqual(['alert-raised']);
    const evidence = { ...again.evidence, measured: '123456.00', count: again.evidence.count + 1 };
    await member.handle(batchOf(2, [{ ...again, evidence }]));
    await member.handle(batchOf(3, [{ ...hitOf('a', { offset: 12 }), evidence }]));
    expect(await types()).toEqual(['alert-raised', 'hit-revised']);
    const [, revised] = await given.events.readAll(0, 100);
    expect(revised?.body).toMatchObject({ hit: { evidence: { measured: '123456.00' } } });
    expect((await given.alerts()).map(({ hits, standingHits }) => [hits, standingHits])).toEqual([[1, 1]]);
  });

  it('ignores a state from another partition than the hit is measured in, and counts it', async () => {
    const member = await given.member();
    await member.handle(batchOf(0, [hitOf('a', { offset: 5 })]));
    const before = await given.alerts();
    const asOf = { topic: topics.facts, partition: 3, offset: 99, step: 0 };
    await member.handle(batchOf(1, [hitOf('a', { status: 'withdrawn', asOf })]));
    expect(await given.alerts()).toEqual(before);
    expect(await given.registry.getSingleMetricAsString('weir_alerting_hit_states_total')).toMatch(
      /outcome="foreign-position"} 1/,
    );
  });

  it('sends what it cannot read to the dead letters, and goes on with the rest', async () => {
    const member = await given.member();
    const withNull = JSON.stringify(hitOf('nul')).replace('A1', 'A\\u00001');
    await member.handle(
      batchOf(0, [
        '{"not":',
        '[]',
        '{}',
        withNull,
        hitOf('a', { review: { confirmWithCustomer: false, due: 'soon' } }),
        hitOf('b'),
      ]),
    );
    expect(await given.alerts()).toMatchObject([{ id: idOf('b') }]);
    expect(given.sent.map(({ topic, record }) => [topic, record.headers?.[headers.reason]])).toEqual([
      [topics.deadLetters, 'not-json'],
      [topics.deadLetters, 'not-an-object'],
      [topics.deadLetters, 'missing-field'],
      [topics.deadLetters, 'invalid-text'],
      [topics.deadLetters, 'invalid-value'],
    ]);
    expect(given.sent[0]?.record).toMatchObject({
      value: Buffer.from('{"not":'),
      headers: { [headers.origin]: `${topics.hits}/0/0` },
    });
  });

  it('does not pass what it cannot read before the dead letter is acknowledged', async () => {
    const member = await given.member([0], { log: { send: () => Promise.reject(new Error('the log is down')) } });
    await expect(member.handle(batchOf(0, ['{"not":']))).rejects.toThrow('the log is down');
    expect(await given.everything()).toMatchObject({ positions: [{ next_offset: 0 }] });
  });
});

describe('others at work on the same alerts', () => {
  it('lets one of two members of the same partition win, and the other store nothing', async () => {
    const members = await Promise.all([given.member(), given.member()]);
    const batch = batchOf(0, [hitOf('a', { offset: 1 }), hitOf('b', { offset: 2 })]);
    const ends = await Promise.allSettled(members.map((member) => member.handle(batch)));
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: expect.any(PositionMoved) as unknown,
    });
    expect(await given.alerts()).toMatchObject([{ id: idOf('a'), hits: 2 }]);
  });

  it('raises one alert where two partitions bring hits of one group at once', async () => {
    const members = await Promise.all([0, 1, 2, 3].map((partition) => given.member([partition])));
    await Promise.all(
      members.map((member, partition) =>
        member.handle(
          batchOf(
            0,
            Array.from({ length: 20 }, (_, index) => hitOf(`p${partition}-${index}`, { offset: index })),
            partition,
          ),
        ),
      ),
    );
    expect(await given.alerts()).toMatchObject([{ hits: 80, standingHits: 80 }]);
    await expect(given.events.verify()).resolves.toBeNull();
  });

  it('settles what several partitions bring to one member in one transaction', async () => {
    const member = await given.member([0, 1, 2, 3]);
    await Promise.all(
      [0, 1, 2, 3].map((partition) => member.handle(batchOf(0, [hitOf(`p${partition}`, { offset: 1 })], partition))),
    );
    expect(await given.alerts()).toMatchObject([{ hits: 4 }]);
    const { rows } = await given.pool.query<{ writers: number }>(
      'SELECT count(DISTINCT xmin::text)::int AS writers FROM alerting_positions',
    );
    expect(rows).toEqual([{ writers: 1 }]);
  });

  it('settles the others where one of several partitions has moved on', async () => {
    const member = await given.member([0, 1, 2]);
    await (await given.member([1])).handle(batchOf(0, [hitOf('a', { offset: 1 })], 1));
    const ends = await Promise.allSettled(
      [0, 1, 2].map((partition) => member.handle(batchOf(0, [hitOf(`p${partition}`, { offset: 1 })], partition))),
    );
    expect(ends).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'position-moved' } },
      { status: 'fulfilled' },
    ]);
    expect(await given.alerts()).toMatchObject([{ hits: 3 }]);
    expect(await given.everything()).toMatchObject({
      positions: [{ next_offset: 1 }, { next_offset: 1 }, { next_offset: 1 }],
    });
  });

  it('counts a hit once where several partitions bring it at once', async () => {
    const members = await Promise.all([0, 1, 2, 3].map((partition) => given.member([partition])));
    const hits = Array.from({ length: 20 }, (_, index) =>
      hitOf(`h${index}`, { offset: index, account: `A${index % 3}` }),
    );
    await Promise.all(members.map((member, partition) => member.handle(batchOf(0, hits, partition))));
    const alerts = await given.alerts();
    expect(alerts.map((alert) => alert.hits)).toEqual([7, 7, 6]);
    expect(await given.events.readAll(0, 1_000)).toHaveLength(20);
  });

  it('decides on events that were added to an alert by others since it last looked', async () => {
    const member = await given.member();
    await member.handle(batchOf(0, [hitOf('a', { offset: 1 }), hitOf('z', { offset: 1, account: 'A2' })]));
    // given: at the desk, another hit found its way onto the alert
    const stream = alertStreamOf(idOf('a'));
    const [raised] = await given.events.readStream(stream);
    const { body } = alertRecordSchema.parse({ type: raised?.type, body: raised?.body });
    const hit = { ...body.hit, hitId: 'f'.repeat(64), severity: 'critical' as const };
    await inTransaction(given.pool, (tx) =>
      given.events.append(
        tx,
        [{ stream, expectedVersion: 1, events: [{ type: 'hit-joined', body: { alertId: idOf('a'), at: day0, hit } }] }],
        { actor: 'somebody', at: new Date(day0) },
      ),
    );
    await member.handle(batchOf(2, [hitOf('b', { offset: 2 }), hitOf('y', { offset: 2, account: 'A2' })]));
    expect(await given.alerts()).toMatchObject([{ hits: 3, severity: 'critical' }, { hits: 2 }]);
    expect(await given.everything()).toMatchObject({
      alerts: expect.arrayContaining([
        expect.objectContaining({ alert_id: idOf('a'), hits: 3, severity: 'critical', stream_version: 3 }),
      ]) as unknown,
    });
  });
});

describe('the position', () => {
  const assigned = async (bounds: { low: number; high: number }): Promise<unknown> => {
    const member = await given.member([]);
    return member.assigned(topics.hits, 0, bounds).catch((error: unknown) => error);
  };

  it('begins at the oldest record and goes on where the last transaction ended', async () => {
    expect(await assigned({ low: 4, high: 9 })).toBe(4);
    const member = await given.member([]);
    await member.assigned(topics.hits, 0, { low: 4, high: 9 });
    await member.handle(batchOf(4, [hitOf('a'), hitOf('b')]));
    expect(await assigned({ low: 4, high: 9 })).toBe(6);
  });

  it.each([
    ['the log has forgotten what comes next', { low: 5, high: 9 }],
    ['the log ends before it', { low: 0, high: 2 }],
  ])('stops the partition where %s', async (_what, bounds) => {
    await given.member(); // begins at 0
    await given.pool.query('UPDATE alerting_positions SET next_offset = 3');
    expect(await assigned(bounds)).toMatchObject({ constructor: StopPartition, code: 'offset-gap' });
  });

  it('stops the partition of a topic that was made anew', async () => {
    await given.member();
    await given.pool.query(`UPDATE alerting_positions SET topic_identity = 'cluster/older topic'`);
    expect(await assigned({ low: 0, high: 9 })).toMatchObject({ constructor: StopPartition, code: 'topic-made-anew' });
  });
});
