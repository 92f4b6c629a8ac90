/** What is wrong with a rule document. Closed. */
export type RuleErrorCode =
  | 'unknown-field'
  | 'unknown-currency'
  | 'unknown-zone'
  | 'invalid-time'
  | 'invalid-duration'
  | 'invalid-number'
  | 'invalid-pattern'
  | 'no-comparison'
  | 'several-comparisons'
  | 'threshold-missing'
  | 'threshold-without-measure'
  | 'currency-missing'
  | 'currency-not-allowed'
  | 'limit-is-money'
  | 'group-missing'
  | 'raise-not-available'
  | 'duplicate-version'
  | 'severity-missing'
  | 'severity-twice'
  | 'tiers-not-rising'
  | 'zone-missing'
  | 'empty-condition';

/** A rule document that cannot be run. `path` leads from the document to the place, e.g. `['threshold', 'currency']`. */
export class RuleError extends Error {
  constructor(
    readonly code: RuleErrorCode,
    readonly rule: string,
    readonly path: readonly (string | number)[],
    message: string,
  ) {
    super(message);
    this.name = 'RuleError';
  }
}

/** Reports a mistake at a place below the one given. */
export interface Place {
  readonly rule: string;
  readonly path: readonly (string | number)[];
}

/** The place one or more steps below. */
export function below(place: Place, ...steps: (string | number)[]): Place {
  return { rule: place.rule, path: [...place.path, ...steps] };
}

/** A `RuleError` at a place. */
export function mistake(place: Place, code: RuleErrorCode, message: string): RuleError {
  return new RuleError(code, place.rule, place.path, message);
}
