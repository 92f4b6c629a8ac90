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

/** What a measured value is compared with: a constant, a field of the triggering fact, an entry of a table. */
export type LimitSpec =
  | DecimalSpec
  | { readonly field: string }
  | { readonly table: string; readonly key: string; readonly else?: DecimalSpec | undefined };

export interface LevelSpec {
  readonly above?: LimitSpec | undefined;
  readonly atLeast?: LimitSpec | undefined;
  readonly below?: LimitSpec | undefined;
  readonly atMost?: LimitSpec | undefined;
  readonly between?: readonly [LimitSpec, LimitSpec] | undefined;
}

export interface TierSpec extends LevelSpec {
  readonly severity: Severity;
}

export interface FieldConditionSpec extends ComparisonSpec {
  readonly field: string;
  readonly equals?: ScalarSpec | undefined;
  readonly in?: readonly ScalarSpec[] | undefined;
  readonly notIn?: readonly ScalarSpec[] | undefined;
  readonly inList?: string | undefined;
  readonly notInList?: string | undefined;
  readonly sameAs?: string | undefined;
  readonly differsFrom?: string | undefined;
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

export interface WindowedSpec {
  readonly by: readonly string[];
  readonly window: WindowSpec;
  readonly where?: readonly ConditionSpec[] | undefined;
}

export type IdleUnit = 'days' | 'hours' | 'minutes';

export type MeasureSpec =
  | { readonly value: string; readonly by?: readonly string[] | undefined }
  | ({ readonly count: 'facts' } & WindowedSpec)
  | ({ readonly sum: string } & WindowedSpec)
  | ({ readonly average: string } & WindowedSpec)
  | ({ readonly max: string } & WindowedSpec)
  | ({ readonly min: string } & WindowedSpec)
  | ({ readonly distinct: string } & WindowedSpec)
  | ({ readonly share: string; readonly of?: string | undefined } & WindowedSpec)
  | ({ readonly run: 'facts'; readonly until?: readonly ConditionSpec[] | undefined } & WindowedSpec)
  | ({ readonly idle: IdleUnit } & WindowedSpec)
  | ({ readonly turn: string } & WindowedSpec)
  | ({ readonly timesUsual: string; readonly history?: number | undefined } & WindowedSpec);

export interface ThresholdSpec extends LevelSpec {
  readonly tiers?: readonly TierSpec[] | undefined;
  readonly currency?: string | undefined;
}

export interface RecommendSpec {
  readonly freeze: { readonly until: string; readonly timezone?: string | undefined };
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
  readonly raise: {
    readonly on: 'every' | 'crossing' | { readonly cooldown: string };
    readonly severity?: Severity | undefined;
  };
  readonly review: ReviewSpec;
  readonly recommend?: RecommendSpec | undefined;
}
