import type { Sample, TestPrometheus } from '@weir/testing';
import { mentionsOf, type Mentions, type Selector } from './promql';

/** A query as a dashboard or an alert has it, its variables filled in. */
export interface Query {
  /** Where it stands, for people. */
  readonly where: string;
  readonly expression: string;
  /** Labels that its legend or its texts show. */
  readonly shownLabels: readonly string[];
  /** True: where a selector matches nothing, it is widened to all series of its metric (alerts look for what is rare). */
  readonly rare?: boolean;
}

/**
 * Metrics that have no series while all is well, with the labels that they get. Those exist by name all the same, since
 * Weir tells Prometheus of them from the start.
 */
const seriesOnTroubleOnly: ReadonlyMap<string, readonly string[]> = new Map([
  ['weir_consumer_stopped', ['topic', 'partition', 'code']],
  ['weir_alerting_stopped', ['partition', 'code']],
]);
/** What Prometheus itself makes. */
const ofPrometheus = new Set(['up', 'ALERTS']);
/** Labels that Prometheus adds to whatever it scrapes. */
const ofEveryTarget = ['job', 'instance'];

/** Runs queries against a Prometheus and tells what is wrong with them. */
export class QueryCheck {
  private constructor(
    private readonly prometheus: TestPrometheus,
    private readonly types: ReadonlyMap<string, string>,
  ) {}

  /** Learns which metrics are exported now. */
  static async of(prometheus: TestPrometheus): Promise<QueryCheck> {
    const metadata = (await prometheus.get('metadata')) as Readonly<Record<string, readonly { type: string }[]>>;
    return new QueryCheck(
      prometheus,
      new Map(Object.entries(metadata).map(([name, [first]]) => [name, first?.type ?? 'unknown'])),
    );
  }

  /** Every mistake of a query; none: it speaks only of what is exported, and returns data now. */
  async mistakes({ where, expression, shownLabels, rare = false }: Query): Promise<readonly string[]> {
    const mentions = mentionsOf(expression);
    const say = (what: string): string => `${where}: ${what}\n    ${expression}`;
    if (mentions.selectors.length === 0) return [say('reads no metric')];
    const wrong = await this.wrongNames(mentions);
    if (wrong.length > 0) return wrong.map(say);

    const asked = rare ? await this.widened(expression, mentions.selectors) : expression;
    let samples: readonly Sample[];
    try {
      samples = await this.prometheus.query(asked);
    } catch (error) {
      return [say(error instanceof Error ? error.message : String(error))];
    }
    if (!samples.some(({ value }) => !Number.isNaN(value))) {
      return this.onlyOnTrouble(mentions.selectors) ? [] : [say('returns no data')];
    }
    const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
    // Of metrics that have no series now, the query shows a bare 0.
    const missing = mentions.selectors.some(({ metric }) => seriesOnTroubleOnly.has(metric))
      ? []
      : shownLabels.filter((label) => !labels.has(label));
    return missing.map((label) => say(`shows the label ${label}, which its result does not have`));
  }

  private async wrongNames({ selectors, grouping }: Mentions): Promise<readonly string[]> {
    const wrong: string[] = [];
    const all = new Set<string>();
    for (const { metric, labels } of selectors) {
      if (!this.isExported(metric)) {
        wrong.push(`reads ${metric}, which nobody exports`);
        continue;
      }
      const known = await this.labelsOf(metric);
      for (const label of known) all.add(label);
      for (const label of labels) if (!known.has(label)) wrong.push(`asks ${metric} for a label ${label}`);
    }
    if (wrong.length > 0) return wrong;
    return grouping.filter((label) => !all.has(label)).map((label) => `groups by ${label}, which no metric in it has`);
  }

  private isExported(metric: string): boolean {
    if (ofPrometheus.has(metric) || this.types.has(metric)) return true;
    const [, base, suffix] = /^(.*)_(bucket|sum|count)$/.exec(metric) ?? [];
    const type = base === undefined ? undefined : this.types.get(base);
    return type === 'histogram' || (type === 'summary' && suffix !== 'bucket');
  }

  private async labelsOf(metric: string): Promise<ReadonlySet<string>> {
    const series = (await this.prometheus.get('series', { 'match[]': metric })) as readonly Record<string, string>[];
    const declared = seriesOnTroubleOnly.get(metric) ?? [];
    return new Set([...ofEveryTarget, ...declared, ...series.flatMap((labels) => Object.keys(labels))]);
  }

  private async widened(expression: string, selectors: readonly Selector[]): Promise<string> {
    let wide = expression;
    for (const { metric, text } of selectors) {
      if ((await this.prometheus.query(text)).length === 0) wide = wide.replaceAll(text, metric);
    }
    return wide;
  }

  private onlyOnTrouble(selectors: readonly Selector[]): boolean {
    return selectors.every(({ metric }) => seriesOnTroubleOnly.has(metric));
  }
}
