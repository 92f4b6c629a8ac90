import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPrometheus, type TestPrometheus } from './start-prometheus';

// Where Prometheus is missing, it is installed first.
jest.setTimeout(180_000);

describe('startPrometheus', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-prometheus-rules-'));
  let exporter: Server;
  let prometheus: TestPrometheus | undefined;

  beforeAll(async () => {
    exporter = createServer((_, response) => response.end('# TYPE drops gauge\ndrops{of="rain"} 42\n'));
    exporter.listen(0, '127.0.0.1');
    await once(exporter, 'listening');
    const rules = join(folder, 'rules.yml');
    writeFileSync(rules, 'groups: [{name: g, rules: [{record: "drops:twice", expr: "drops * 2"}]}]');
    prometheus = await startPrometheus({
      targets: { cloud: [`127.0.0.1:${(exporter.address() as AddressInfo).port}`] },
      rules: [rules],
    });
  });

  afterAll(async () => {
    await prometheus?.stop();
    exporter.close();
    rmSync(folder, { recursive: true });
  });

  function running(): TestPrometheus {
    if (prometheus === undefined) throw new Error('Prometheus was not started.');
    return prometheus;
  }

  async function samplesOf(promql: string) {
    for (const end = Date.now() + 15_000; Date.now() < end; await pause(100)) {
      const samples = await running().query(promql);
      if (samples.length > 0) return samples;
    }
    throw new Error(`No data for ${promql}`);
  }

  test('given a target, its metrics can be queried and rules are evaluated over them', async () => {
    expect(await samplesOf('drops')).toEqual([
      { labels: expect.objectContaining({ __name__: 'drops', job: 'cloud', of: 'rain' }) as object, value: 42 },
    ]);
    expect(await samplesOf('drops:twice')).toEqual([expect.objectContaining({ value: 84 })]);
    expect(await running().query('scalar(sum(drops)) / 0')).toEqual([{ labels: {}, value: Infinity }]);
  });

  test('given a metric that nobody exports, there is no data', async () => {
    expect(await running().query('snow')).toEqual([]);
  });

  test('given what is no PromQL, the error says why', async () => {
    await expect(running().query('sum by (of (drops)')).rejects.toThrow(/bad_data.*parse error/);
  });

  test('given a rule file that is wrong, it does not start and says so', async () => {
    const rules = join(folder, 'wrong.yml');
    writeFileSync(rules, 'groups: [{name: g, rules: [{record: "drops:twice", expr: "drops *"}]}]');
    await expect(startPrometheus({ targets: {}, rules: [rules] })).rejects.toThrow(/has ended[^]*wrong.yml/);
  });

  test('given one that was stopped, nobody answers any more', async () => {
    const other = await startPrometheus({ targets: {} });
    expect((await fetch(`${other.url}/-/ready`)).status).toBe(200);
    await other.stop();
    await expect(fetch(`${other.url}/-/ready`)).rejects.toThrow();
  });
});
