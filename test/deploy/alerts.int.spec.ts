import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prometheusPrograms } from '@weir/testing';
import { parse } from 'yaml';
import { root } from '../harness/weir-command';

interface Alert {
  readonly alert: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

const folder = join(root, 'deploy/prometheus');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const { groups } = parse(read('weir.rules.yml')) as { groups: readonly { rules: readonly Alert[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);

describe('Alerts and configuration of Prometheus', () => {
  let promtool: string;
  const scratch = mkdtempSync(join(tmpdir(), 'weir-promtool-'));
  // Where Prometheus is missing, it is installed first.
  beforeAll(() => ({ promtool } = prometheusPrograms()), 180_000);
  afterAll(() => rmSync(scratch, { recursive: true }));

  test('each alert fires when it should, and none when all is well', () => {
    const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', 'weir.rules.test.yml'], { cwd: folder });
    expect(`${stdout.toString()}${stderr.toString()}`).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  test('each alert has such a test', () => {
    const tests = read('weir.rules.test.yml');
    expect(alerts.filter(({ alert }) => !tests.includes(`alertname="${alert}"`))).toEqual([]);
  });

  test('a test of an alert that would not fire fails', () => {
    writeFileSync(
      join(scratch, 'weir.rules.yml'),
      read('weir.rules.yml').replace('(weir_consumer_stopped)', '(nothing)'),
    );
    writeFileSync(join(scratch, 'weir.rules.test.yml'), read('weir.rules.test.yml'));
    const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', 'weir.rules.test.yml'], { cwd: scratch });
    expect(status).toBe(1);
    expect(`${stdout.toString()}${stderr.toString()}`).toContain('WeirPartitionStopped');
  });

  test('each alert says how severe it is and what is wrong, and operations.md what to do', () => {
    const guide = readFileSync(join(root, 'docs/operations.md'), 'utf8');
    for (const { alert, labels, annotations } of alerts) {
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(annotations.summary.length).toBeGreaterThan(10);
      expect(annotations.description.length).toBeGreaterThan(20);
      expect(guide).toContain(`\n#### ${alert}\n`);
    }
    const explained = [...guide.matchAll(/^#### (Weir\w+)$/gm)].map(([, name]) => name);
    expect(explained).toEqual(alerts.map(({ alert }) => alert));
  });

  test('promtool finds nothing wrong with the configuration', () => {
    const configuration = read('prometheus.yml').replace('/etc/prometheus/', `${folder}/`);
    const file = join(scratch, 'prometheus.yml');
    writeFileSync(file, configuration);
    expect(execFileSync(promtool, ['check', 'config', '--lint=all', '--lint-fatal', file]).toString()).toContain(
      'SUCCESS',
    );
  });
});
