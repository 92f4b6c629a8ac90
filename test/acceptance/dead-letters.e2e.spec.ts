import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headers, topics, type Alert, type AlertPage, type AlertSummary, type RefusalReason } from '@weir/contracts';
import { Cluster } from '../harness/cluster';
import { metricSum } from '../harness/metrics';
import { RunningService, testToken } from '../harness/running-service';
import { until } from '../harness/until';
import { mustWeir, weir, type CommandResult } from '../harness/weir-command';

/** A rule that no shipped pack has anything to do with. */
const rule = `
id: mended-total
title: { en: Total of mended transfers, zh: 修复后转账合计 }
source: Acceptance test, clause 1
on: transaction
when: [{ field: type, in: [mended-transfer] }, { field: currency, in: [CNY] }]
measure: { sum: amount, by: [accountId], window: { sliding: PT1H } }
threshold: { above: '10000.00', currency: CNY }
raise: { on: every, severity: high }
review: { confirmWithCustomer: false, due: PT4H }
`;

const account = '6222020200112233445';
const name = 'Zhang San-Feng';
const occurredAt = new Date().toISOString();
const fact = (id: string, amount: string, accountId = account): string =>
  JSON.stringify({
    id,
    kind: 'transaction',
    type: 'mended-transfer',
    occurredAt,
    accountId,
    amount,
    currency: 'CNY',
    attributes: { name },
  });

/** A line of `list --json`. */
interface Line {
  readonly id: string;
  readonly reason: RefusalReason;
  readonly origin: string;
  readonly bytes: number;
  readonly replays: readonly { readonly to: readonly string[]; readonly mended: boolean }[];
}

/** The command line, on one log. */
class DeadLetters {
  constructor(private readonly env: NodeJS.ProcessEnv) {}

  list(...args: string[]): Promise<CommandResult> {
    return mustWeir(['dead-letters', 'list', ...args], this.env);
  }

  async lines(...args: string[]): Promise<readonly Line[]> {
    const { stdout } = await this.list('--json', ...args);
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
  }

  /** Id of the one letter with this reason. */
  async withReason(reason: RefusalReason): Promise<string> {
    const [line, ...more] = await this.lines('--reason', reason);
    if (line === undefined || more.length > 0) throw new Error(`There is not one letter with ${reason}.`);
    return line.id;
  }

  show(...args: string[]): Promise<CommandResult> {
    return mustWeir(['dead-letters', 'show', ...args], this.env);
  }

  replay(...args: string[]): Promise<CommandResult> {
    return weir(['dead-letters', 'replay', ...args], this.env);
  }
}

async function alertsOf(desk: RunningService): Promise<readonly AlertSummary[]> {
  const { alerts } = await desk.get<AlertPage>('/v1/alerts?limit=200');
  return alerts.filter((one) => one.rule === 'mended-total');
}

/** The facts behind the hits of an alert, hit by hit. */
async function factsOf(desk: RunningService, alert: AlertSummary | undefined): Promise<readonly (readonly string[])[]> {
  const { hitList } = await desk.get<Alert>(`/v1/alerts/${alert?.id}`);
  return hitList.map(({ evidence }) => evidence.facts.map(({ id }) => id));
}

describe('dead letters of a Weir with everything in one process', () => {
  let folder: string;
  let service: RunningService;
  let letters: DeadLetters;
  const file = (of: string): string => join(folder, of);
  const env = (): NodeJS.ProcessEnv => ({ WEIR_DATA_DIR: file('data'), WEIR_RULES: file('rule.yaml') });
  const counted = (outcome: string): Promise<number> =>
    metricSum(service, 'weir_facts_total', (labels) => labels['outcome'] === outcome);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-dead-letters-'));
    await writeFile(file('rule.yaml'), rule);
    // The command knows no more than where Weir keeps its data.
    letters = new DeadLetters({ WEIR_DATA_DIR: file('data') });
    service = await RunningService.start('weir', env());
  }, 120_000);
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true });
  }, 90_000);

  it('are listed with their reasons, and without anything of the customer', async () => {
    // At 0: three facts, of which two are broken, and the first again with another amount.
    const broken = [fact('F2', '6,000.00'), `${fact('F3', '7000.00', 'A-90817263').slice(0, -1)},"note":${name}}`];
    await writeFile(file('facts.jsonl'), [fact('F1', '6000.00'), ...broken, fact('F1', '1.00'), ''].join('\n'));
    await mustWeir(['publish', file('facts.jsonl'), '--url', service.url, '--token', testToken]);
    // Then: each has its letter.
    await until('the letter of the conflict', async () => ((await letters.lines()).length === 3 ? true : undefined));
    const { stdout } = await letters.list();
    expect(stdout).toMatch(/\n1 {2}conflicting-id\n1 {2}invalid-amount\n1 {2}not-json\n3 {2}dead letters\n$/);
    for (const secret of [account, name, '6,000.00', 'A-90817263']) expect(stdout).not.toContain(secret);
    expect(await letters.lines('--since', 'PT1H', '--origin', 'http/', '--limit', '2')).toHaveLength(2);
    expect(await letters.lines('--until', 'PT1H')).toEqual([]);
  }, 90_000);

  it('are explained one by one, identifiers masked, and given whole where that is asked for', async () => {
    const id = await letters.withReason('invalid-amount');
    const { stdout } = await letters.show(id);
    expect(stdout).toContain('The amount is not a plain decimal');
    expect(stdout).toContain('"amount": "6,000.00"');
    expect(stdout).toContain('"accountId":"***3445"');
    expect(stdout).toMatch(/over HTTP, fact 2 of the body/);
    for (const secret of [account, name]) expect(stdout).not.toContain(secret);
    const bytes = await letters.show(id, '--bytes');
    expect([bytes.stdout, bytes.stderr]).toEqual([fact('F2', '6,000.00'), '']);
  }, 90_000);

  it('are not sent where they would be refused again', async () => {
    const before = await counted('accepted');
    for (const [reason, told] of [
      ['invalid-amount', 'invalid-amount: "amount"'],
      ['not-json', 'not-json: The record is not JSON'],
      ['conflicting-id', 'conflicting-id: "F1"'],
    ] as const) {
      const { code, stdout } = await letters.replay(await letters.withReason(reason));
      expect([code, stdout]).toEqual([1, expect.stringContaining(told)]);
      expect(stdout).not.toContain(name);
    }
    expect((await letters.replay('--reason', 'not-json')).code).toBe(1);
    expect([await letters.lines('--pending'), await counted('accepted')]).toMatchObject([{ length: 3 }, before]);
  }, 90_000);

  it('once mended are measured, and raise their alert exactly once', async () => {
    const id = await letters.withReason('invalid-amount');
    await writeFile(file('fact.json'), (await letters.show(id, '--bytes')).stdout.replace('6,000.00', '6000.00'));
    expect(await alertsOf(service)).toEqual([]);

    // A dry run tells, and does nothing.
    const dry = await letters.replay(id, '--with', file('fact.json'), '--dry-run');
    expect([dry.code, dry.stdout]).toEqual([0, `${id}  would be sent to weir.facts.v1\n`]);
    expect(await letters.lines('--pending')).toHaveLength(3);

    // Sent, it is measured with the fact before it.
    const sent = await letters.replay(id, '--with', file('fact.json'));
    expect([sent.code, sent.stdout]).toEqual([
      0,
      expect.stringMatching(/^\d+\/\d+ {2}sent to weir\.facts\.v1\/\d+\/\d+\n$/),
    ]);
    const alert = await until('the alert', async () => (await alertsOf(service))[0]);
    expect(alert).toMatchObject({ accountId: account, hits: 1, standingHits: 1 });
    expect(await factsOf(service, alert)).toEqual([['F1', 'F2']]);

    // The list and the letter say so.
    expect(await letters.lines('--reason', 'invalid-amount')).toMatchObject([
      { id, replays: [{ mended: true, to: [sent.stdout.trim().split(' ').at(-1)] }] },
    ]);
    expect((await letters.list()).stdout).toContain('3  dead letters, 1 of them sent again');
    expect((await letters.show(id)).stdout).toMatch(/sent again +\S+, mended, to weir\.facts\.v1/);

    // A second time is refused; wanted all the same, it changes nothing.
    const twice = await letters.replay(id, '--with', file('fact.json'));
    expect([twice.code, twice.stdout]).toEqual([1, expect.stringContaining('not sent (replayed-before)')]);
    expect((await letters.replay(id, '--with', file('fact.json'), '--again')).code).toBe(0);
    await until('the repetition', async () => ((await counted('duplicate')) === 1 ? true : undefined));
    expect(await alertsOf(service)).toMatchObject([{ id: alert.id, hits: 1, standingHits: 1 }]);
  }, 90_000);

  it('of a conflict can be sent under an id of their own', async () => {
    const id = await letters.withReason('conflicting-id');
    await writeFile(file('correction.json'), fact('F1-correction', '1.00'));
    expect((await letters.replay(id, '--with', file('correction.json'))).code).toBe(0);
    // Its id puts it between the two in the order: the hit is measured again with it.
    await until('the hit to be measured again', async () => {
      const [alert] = await alertsOf(service);
      const [facts] = await factsOf(service, alert);
      return facts?.join() === 'F1,F1-correction,F2' ? true : undefined;
    });
    expect(await alertsOf(service)).toMatchObject([{ hits: 1, standingHits: 1 }]);
  }, 90_000);

  it('can be looked at and sent while Weir is stopped; what was sent is read when it starts', async () => {
    expect(await service.stop()).toBe(0);
    const id = await letters.withReason('not-json');
    // Several facts for one letter, as a JSON list.
    const list = `[${fact('F3', '7000.00', 'A-90817263')}, ${fact('F4', '7000.00', 'A-90817263')}]`;
    await writeFile(file('list.json'), list);
    const { code, stdout } = await letters.replay(id, '--with', file('list.json'));
    expect([code, stdout]).toEqual([0, expect.stringContaining(`${id}  sent as 2 facts to`)]);
    expect(await letters.lines('--pending')).toEqual([]);
    service = await RunningService.start('weir', env());
    const alert = await until('the alert', async () =>
      (await alertsOf(service)).find(({ accountId }) => accountId === 'A-90817263'),
    );
    expect(await factsOf(service, alert)).toEqual([['F3', 'F4']]);
  }, 120_000);

  it('are told apart from what is wrong with the command', async () => {
    for (const [args, told] of [
      [['show', '99/0'], 'has the partitions 0 to 5'],
      [['show', 'one'], 'PARTITION/OFFSET'],
      [['replay'], 'name letters by their ids'],
      [['replay', '--reason', 'broken'], 'It must be one of too-large'],
      [['replay', '0/0', '--reason', 'not-json'], 'either ids of letters'],
      [['replay', '--reason', 'not-json', '--with', file('fact.json')], '--with mends one letter'],
      [['list', '--since', 'yesterday'], 'not ISO 8601'],
    ] as const) {
      const { code, stderr } = await weir(['dead-letters', ...args], env());
      expect([code, stderr]).toEqual([1, expect.stringContaining(told)]);
    }
    const nowhere = await weir(['dead-letters', 'list', '--data-dir', file('nowhere')]);
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('There is no database of Weir')]);
  }, 60_000);
});

describe('dead letters of services apart, on Kafka', () => {
  let cluster: Cluster;
  let desk: RunningService;
  let letters: DeadLetters;
  const file = (of: string): string => join(cluster.folder, of);

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weir-dead-letters-'));
    await writeFile(join(folder, 'rule.yaml'), rule);
    cluster = await Cluster.start(2, join(folder, 'rule.yaml'));
    await rm(folder, { recursive: true });
    letters = new DeadLetters(cluster.env);
    [desk] = await Promise.all([cluster.service('desk'), cluster.service('detector')]);
  }, 180_000);
  afterAll(() => cluster.stop(), 60_000);

  it('are mended and sent again, with a header that names the letter', async () => {
    await writeFile(file('facts.jsonl'), `${fact('F1', '6000.00')}\n${fact('F2', '6000')}}\n`);
    await mustWeir(['publish', file('facts.jsonl'), '--kafka'], cluster.env);
    const [line] = await until('the letter', async () => {
      const lines = await letters.lines();
      return lines.length === 1 ? lines : undefined;
    });
    const id = line?.id ?? '';
    expect(line?.origin).toMatch(/^weir\.facts\.v1\/\d\/\d+$/);
    await writeFile(file('fact.json'), fact('F2', '6000.00'));

    const { code, stdout } = await letters.replay(id, '--with', file('fact.json'));

    expect(code).toBe(0);
    const alert = await until('the alert', async () => (await alertsOf(desk))[0]);
    expect(await factsOf(desk, alert)).toEqual([['F1', 'F2']]);
    const [, partition, offset] = /weir\.facts\.v1\/(\d+)\/(\d+)/.exec(stdout) ?? [];
    const sent = (await records(topics.facts)).find(
      (one) => one.partition === Number(partition) && one.offset === Number(offset),
    );
    expect(sent?.headers).toEqual({ [headers.repairedFrom]: `${topics.deadLetters}/${id}` });
    expect((await letters.replay(id, '--with', file('fact.json'))).code).toBe(1);
  }, 120_000);

  it('of hits are read as alerting reads them, and sent again only by their ids', async () => {
    // Given: a state of a hit that no desk can read, as a newer detector might write it.
    const [hit] = await records(topics.hits);
    if (hit === undefined) throw new Error('There is no hit.');
    const state = JSON.parse(String(hit.value)) as Record<string, unknown>;
    const log = cluster.log();
    await log.send(topics.hits, [{ key: hit.key, value: Buffer.from(JSON.stringify({ ...state, severity: 'huge' })) }]);
    await log.close();
    const [line] = await until('the letter', async () => {
      const lines = await letters.lines('--origin', topics.hits);
      return lines.length === 1 ? lines : undefined;
    });
    const id = line?.id ?? '';

    // Then: it is explained as such, passed over by a choice by reason, and judged by the reader of hits.
    expect((await letters.show(id)).stdout).toContain('is older than the detectors');
    const byReason = await letters.replay('--reason', line?.reason ?? 'not-json');
    expect([byReason.code, byReason.stderr]).toEqual([0, expect.stringContaining('1 letter of weir.hits.v1 left out')]);
    const asItIs = await letters.replay(id);
    expect([asItIs.code, asItIs.stdout]).toEqual([1, expect.stringContaining('severity')]);

    // When: it is mended, it goes back under its key; the desk has seen that state and changes nothing.
    await writeFile(file('state.json'), hit.value ?? '');
    expect((await letters.replay(id, '--with', file('state.json'))).code).toBe(0);
    const ofKey = (await records(topics.hits)).filter(({ key }) => key?.equals(hit.key ?? Buffer.alloc(0)));
    expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1);
    await until('the state to be known', async () =>
      (await metricSum(desk, 'weir_alerting_hit_states_total', ({ outcome }) => outcome === 'not-newer')) === 1
        ? true
        : undefined,
    );
    expect(await alertsOf(desk)).toMatchObject([{ hits: 1, standingHits: 1 }]);
  }, 120_000);

  async function records(topic: string) {
    const log = cluster.log();
    try {
      const found = [];
      for await (const batch of log.readAll(topic)) {
        found.push(
          // Not spread: what a record holds is made when it is asked for.
          ...batch.records.map(({ offset, key, value, headers, timestamp }) => ({
            ...{ offset, key, value, headers, timestamp },
            partition: batch.partition,
          })),
        );
      }
      return found;
    } finally {
      await log.close();
    }
  }
});
