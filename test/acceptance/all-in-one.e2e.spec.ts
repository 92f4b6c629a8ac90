import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertPage } from '@weir/contracts';
import { groupings, monthRules, packs, simulateMonth } from '../harness/month';
import { RunningService, testToken } from '../harness/running-service';
import { expectAlertedHits, replayedHits, type StandingHits } from '../harness/standing-hits';
import { until } from '../harness/until';
import { mustWeir, weir } from '../harness/weir-command';

describe('Weir with everything in one process, on storage of its own', () => {
  let folder: string;
  let wanted: StandingHits;
  let service: RunningService;
  const file = (name: string): string => join(folder, name);
  const start = (): Promise<RunningService> =>
    RunningService.start('weir', { WEIR_DATA_DIR: file('data'), WEIR_RULES: groupings });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-all-in-one-'));
    await simulateMonth(file('facts.jsonl'));
    const rules = await monthRules(folder);
    await mustWeir(['replay', '--rules', rules, '--facts', file('facts.jsonl'), '--out', file('hits.jsonl')]);
    wanted = await replayedHits(file('hits.jsonl'));
    service = await start();
  }, 120_000);
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true });
  }, 60_000);

  it('raises an alert for every hit of a month that a replay finds, and for no other, also when killed in between', async () => {
    // At 0: the month is being published over HTTP.
    const published = weir([
      'publish',
      file('facts.jsonl'),
      '--url',
      service.url,
      '--token',
      testToken,
      '--rate',
      '2500',
    ]);
    // In the middle of it everything in the process dies at once.
    await until('the first alerts', async () => ((await alertCount(service)) > 3 ? true : undefined));
    await service.kill9();
    expect((await published).code).toBe(1);
    // Then: it is started again, and the whole month published again; what was known changes nothing.
    service = await start();
    await mustWeir(['publish', file('facts.jsonl'), '--url', service.url, '--token', testToken]);
    expect(wanted.size).toBeGreaterThan(20);
    await expectAlertedHits(service, wanted, 180_000);
  }, 300_000);

  it('refuses a second process on the same data folder, naming the first', async () => {
    const { code, stderr } = await weir(['start', '--no-demo', '--port', '0'], { WEIR_DATA_DIR: file('data') });
    expect(code).toBe(1);
    expect(stderr).toContain(String(service.process.pid));
  }, 30_000);

  it('stops cleanly and goes on with the same data', async () => {
    expect(await service.stop()).toBe(0);
    service = await start();
    await expectAlertedHits(service, wanted);
  }, 120_000);
});

describe('The terminal of Weir', () => {
  let folder: string;
  const start = (): Promise<RunningService> =>
    RunningService.start('weir', { WEIR_DATA_DIR: join(folder, 'data'), WEIR_RULES: join(folder, 'own.yaml') });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-summary-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('shows in the end as many hits as a replay of the same file says that stand', async () => {
    const facts = join(folder, 'facts.jsonl');
    await mustWeir(['simulate', '--seed', '7', '--accounts', '300', '--days', '10', '--out', facts]);
    const { stderr } = await mustWeir([
      'replay',
      '--rules',
      packs,
      '--facts',
      facts,
      '--out',
      join(folder, 'hits.csv'),
    ]);
    const [, sent, standing] = /^(\d+) facts: .* (\d+) hits stand$/m.exec(stderr) ?? [];
    expect(Number(standing)).toBeGreaterThan(5);
    await writeFile(join(folder, 'own.yaml'), ownRule('low'));
    const service = await start();
    try {
      await mustWeir(['publish', facts, '--url', service.url, '--token', testToken]);
      const wanted = new RegExp(
        `^facts ${Number(sent).toLocaleString('en')} \\(0/s\\) \\| hits ${standing} (\\(\\d+ withdrawn\\) )?\\| .* lag 0$`,
        'm',
      );
      await until('the summary to show what stands', () => Promise.resolve(wanted.test(service.output()) || undefined));
    } finally {
      await service.stop();
    }
  }, 90_000);

  it('tells of rules that have been changed without a version of their own, and stay as they were', async () => {
    await writeFile(join(folder, 'own.yaml'), ownRule('high'));
    const service = await start();
    await service.stop();
    expect(service.output()).toContain('Warning: Rule "own" version 1 is published with other content');
  }, 60_000);
});

const ownRule = (severity: string): string => `id: own
title: {en: Own, zh: 自有}
source: a test
on: operation
when: [{field: type, in: [none-such]}]
raise: {on: every, severity: ${severity}}
`;

async function alertCount(service: RunningService): Promise<number> {
  return (await service.get<AlertPage>('/v1/alerts?limit=200')).alerts.length;
}
