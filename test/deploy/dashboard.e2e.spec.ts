import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrometheus, type TestPrometheus } from '@weir/testing';
import { RunningService } from '../harness/running-service';
import { until } from '../harness/until';
import { root } from '../harness/weir-command';
import { anyOf, dashboard, fillIn, queriesOf, readLabelValues } from './dashboard';
import { mentionsOf, splitBound } from './promql';
import { QueryCheck, type Query } from './query-check';
import { busyRule, sendFacts } from './steady-facts';

/** An alert as Prometheus's API tells of it. */
interface AlertingRule {
  readonly name: string;
  readonly query: string;
  readonly health: string;
  readonly lastError?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

describe('The dashboard and the alerts, on a Prometheus that scrapes a running Weir', () => {
  let folder: string;
  let service: RunningService;
  let prometheus: TestPrometheus;
  let feed: Promise<void>;
  const noMore = new AbortController();
  const values = new Map([
    ['__rate_interval', '10s'],
    ['__range', '1m'],
  ]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-dashboard-'));
    const rules = join(folder, 'busy.yaml');
    await writeFile(rules, busyRule);
    service = await RunningService.start('weir', { WEIR_DATA_DIR: join(folder, 'data'), WEIR_RULES: rules });
    feed = sendFacts(service, noMore.signal);
    feed.catch(() => undefined); // The last step of the tests awaits it.
    prometheus = await startPrometheus({
      targets: { weir: [new URL(service.url).host] },
      rules: [join(root, 'deploy/prometheus/weir.rules.yml')],
    });
    const scraped = until('alerts to be scraped', async () => {
      const [raised] = await prometheus.query('sum(increase(weir_alerts_raised_total[10s])) > 0');
      return raised;
    });
    await Promise.race([scraped, feed]);
  }, 240_000);

  afterAll(async () => {
    noMore.abort();
    await prometheus?.stop();
    await service?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  /** Waits until no query has a mistake; else gives all that remain. */
  async function mistakesOf(queries: readonly Query[]): Promise<readonly string[]> {
    let mistakes: readonly string[] = [];
    let open = queries;
    await until(
      'data for every query',
      async () => {
        const check = await QueryCheck.of(prometheus);
        const looked = await Promise.all(open.map(async (query) => ({ query, found: await check.mistakes(query) })));
        open = looked.filter(({ found }) => found.length > 0).map(({ query }) => query);
        mistakes = looked.flatMap(({ found }) => found);
        return open.length === 0 ? true : undefined;
      },
      20_000,
    ).catch((error: unknown) => {
      if (mistakes.length === 0) throw error;
    });
    return mistakes;
  }

  test('each variable of the dashboard has values', async () => {
    for (const variable of dashboard.templating.list) {
      if (variable.type === 'datasource') continue;
      const { series, label } = readLabelValues(variable);
      const found = (await prometheus.get(`label/${label}/values`, {
        'match[]': fillIn(series, values),
      })) as readonly string[];
      expect([variable.name, found]).not.toEqual([variable.name, []]);
      values.set(variable.name, anyOf(found));
    }
    expect(values.get('job')).toBe('weir');
    expect(values.get('rule')).toContain('busy-account');
  });

  test('each query of the dashboard returns data', async () => {
    const queries = queriesOf(dashboard, values);
    expect(queries.length).toBeGreaterThan(50);
    expect(await mistakesOf(queries)).toEqual([]);
  }, 60_000);

  test('each metric of Weir is on the dashboard and explained in operations.md', async () => {
    const metadata = Object.keys((await prometheus.get('metadata')) as object);
    const exported = metadata.filter((name) => name.startsWith('weir_'));
    expect(exported.length).toBeGreaterThan(20);
    const shown = JSON.stringify(dashboard.panels);
    expect(exported.filter((name) => !shown.includes(name))).toEqual([]);
    const guide = await readFile(join(root, 'docs/operations.md'), 'utf8');
    const explained = [...guide.matchAll(/^\| `(weir_\w+)`/gm)].map(([, name]) => name);
    expect(explained.sort()).toEqual(exported.sort());
  });

  test('the alerts that the dashboard marks can be asked for', async () => {
    const marks = dashboard.annotations.list.flatMap(({ expr }) => (expr === undefined ? [] : [expr]));
    expect(marks.flatMap((expr) => mentionsOf(expr).selectors.map(({ metric }) => metric))).toEqual(['ALERTS']);
    for (const expr of marks) await prometheus.query(expr);
  });

  test('each alert measures what Weir exports', async () => {
    const { groups } = (await prometheus.get('rules')) as { groups: readonly { rules: readonly AlertingRule[] }[] };
    const alerts = groups.flatMap(({ rules }) => rules);
    expect(alerts.length).toBeGreaterThan(20);
    expect(alerts.filter(({ health, lastError = '' }) => health === 'err' || lastError !== '')).toEqual([]);
    const queries = alerts.map(({ name, query, annotations }) => ({
      where: `alert ${name}`,
      expression: splitBound(query).measured,
      shownLabels: [...`${annotations['summary']} ${annotations['description']}`.matchAll(/\$labels\.(\w+)/g)].map(
        ([, label]) => label ?? '',
      ),
      rare: true,
    }));
    expect(await mistakesOf(queries)).toEqual([]);
  }, 60_000);

  test.each([
    ['a metric that nobody exports', 'sum(rate(weir_fact_total[10s]))', [], 'weir_fact_total, which nobody exports'],
    ['the same behind a 0', 'sum(weir_fact_total) or vector(0)', [], 'weir_fact_total, which nobody exports'],
    ['the buckets of a counter', 'sum(rate(weir_facts_total_bucket[10s]))', [], 'which nobody exports'],
    ['a label that the metric lacks', 'weir_facts_total{result="accepted"}', [], 'for a label result'],
    ['a grouping by what is not there', 'sum by (result) (weir_facts_total)', [], 'groups by result'],
    ['a legend of what was summed away', 'sum by (outcome) (weir_facts_total)', ['reason'], 'shows the label reason'],
    ['a value that does not occur', 'weir_facts_total{outcome="accept"}', [], 'returns no data'],
    ['what is no number', 'sum(weir_facts_total) * NaN', [], 'returns no data'],
    ['what is no PromQL', 'sum(weir_facts_total', [], 'parse error'],
    ['nothing of Weir', 'vector(1)', [], 'reads no metric'],
  ])('the check finds %s', async (_, expression, shownLabels, message) => {
    const check = await QueryCheck.of(prometheus);
    const mistakes = await check.mistakes({ where: 'test', expression, shownLabels });
    expect(mistakes).toEqual([expect.stringContaining(message)]);
  });

  test('Weir took every fact that was sent meanwhile', async () => {
    noMore.abort();
    await feed;
  });
});
