import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../harness/weir-command';
import type { Query } from './query-check';

/** As much of a Grafana dashboard as the tests look at. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr?: string }[] };
  readonly time: { readonly from: string; readonly to: string };
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly thresholds?: { readonly steps: readonly { readonly value: number | null }[] };
    };
  };
  readonly targets?: readonly Target[];
}

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly definition?: string;
}

/** The dashboard that ships with Weir. */
export const dashboard = JSON.parse(
  readFileSync(join(root, 'deploy/grafana/dashboards/weir.json'), 'utf8'),
) as Dashboard;

/** What `label_values(series, label)` of a variable asks for. @throws Error where it has another form */
export function readLabelValues({ name, definition }: Variable): { readonly series: string; readonly label: string } {
  const [, series, label] = /^label_values\((.+), (\w+)\)$/.exec(definition ?? '') ?? [];
  if (series === undefined || label === undefined) {
    throw new Error(`The variable ${name} is not label_values(series, label): ${definition}`);
  }
  return { series, label };
}

/** Puts values in the place of variables, as Grafana does. @throws Error where a variable has no value */
export function fillIn(expression: string, values: ReadonlyMap<string, string>): string {
  return expression.replaceAll(/\$(\w+)|\$\{(\w+)\}/g, (_, bare: string | undefined, braced: string | undefined) => {
    const name = bare ?? braced ?? '';
    const value = values.get(name);
    if (value === undefined) throw new Error(`There is no variable ${name}: ${expression}`);
    return value;
  });
}

/** Several values of one variable as Grafana writes them for `=~`. */
export function anyOf(values: readonly string[]): string {
  const escaped = values.map((value) => value.replaceAll(/[\\^$*+?.()|[\]{}]/g, '\\\\$&'));
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
}

/** Every query of the dashboard's panels. */
export function queriesOf({ panels }: Dashboard, values: ReadonlyMap<string, string>): readonly Query[] {
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr, legendFormat }) => ({
      where: `panel "${title}", query ${refId}`,
      expression: fillIn(expr, values),
      shownLabels: [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label ?? ''),
    })),
  );
}
