/**
 * The shape of a rule document as the domain reads it, defaults filled in. The contract of the same name (zod) yields
 * exactly this.
 */
export type ScalarSpec = string | number | boolean;
export type DecimalSpec = string | number;

export interface ComparisonSpec {
  readonly above?: DecimalSpec | undefined;
  readonly atLeast?: DecimalSpec | undefined;
  readonly below?: DecimalSpec | undefined;
  readonly atMost?: DecimalSpec | undefined;
  readonly between?: readonly [DecimalSpec, DecimalSpec] | undefined;
}

export interface FieldConditionSpec extends ComparisonSpec {
  readonly field: string;
  readonly equals?: ScalarSpec | undefined;
  readonly in?: readonly ScalarSpec[] | undefined;
  readonly notIn?: readonly ScalarSpec[] | undefined;
  readonly exists?: boolean | undefined;
  readonly matches?: string | undefined;
}

export type ConditionSpec =
  | FieldConditionSpec
  | { readonly all: readonly ConditionSpec[] }
  | { readonly any: readonly ConditionSpec[] }
  | { readonly not: ConditionSpec };

export type WindowSpec =
  { readonly sliding: string } | { readonly calendar: 'day' | 'week' | 'month'; readonly timezone: string };

interface WindowedSpec {
  readonly by: readonly string[];
  readonly window: WindowSpec;
  readonly where?: readonly ConditionSpec[] | undefined;
}

export type MeasureSpec =
  | { readonly value: string; readonly by?: readonly string[] | undefined }
  | ({ readonly count: 'facts' } & WindowedSpec)
  | ({ readonly sum: string } & WindowedSpec);

export interface ThresholdSpec extends ComparisonSpec {
  readonly currency?: string | undefined;
}

export interface Title {
  readonly en: string;
  readonly zh: string;
}

export type Severity = 'low' | 'medium' | 'high' | 'critical';

export interface ReviewSpec {
  readonly confirmWithCustomer: boolean;
  readonly due: string;
}

export interface RuleSpec {
  readonly id: string;
  readonly title: Title;
  readonly version: number;
  readonly effectiveFrom: string;
  readonly lateness: string;
  readonly on: 'transaction' | 'operation' | 'any';
  readonly when: readonly ConditionSpec[];
  readonly trigger: readonly ConditionSpec[];
  readonly measure?: MeasureSpec | undefined;
  readonly threshold?: ThresholdSpec | undefined;
  readonly raise: { readonly on: 'every' | 'crossing' | { readonly cooldown: string }; readonly severity: Severity };
  readonly review: ReviewSpec;
}
