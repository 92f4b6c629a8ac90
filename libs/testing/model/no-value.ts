/** Why an evaluation comes to no value, and how it ends then: no hit, whatever the threshold. */
const endings = {
  'field-missing': 'not-applicable',
  'nothing-measured': 'not-applicable',
  'limit-missing': 'not-applicable',
  'not-exact': 'error',
  'no-rate': 'error',
  'out-of-range': 'error',
} as const;
/** Why an evaluation comes to no value. */
export type NoValueReason = keyof typeof endings;

/** Ends an evaluation that comes to no value; caught where it began. */
export class NoValue extends Error {
  readonly outcome: 'not-applicable' | 'error';

  constructor(readonly code: NoValueReason) {
    super(code);
    this.outcome = endings[code];
  }
}

/** Throws of several reasons the one that is told: `not-exact`, else `no-rate`, else `out-of-range`, else nothing. */
export function throwGravest(reasons: readonly NoValueReason[]): void {
  const gravest = (['not-exact', 'no-rate', 'out-of-range'] as const).find((one) => reasons.includes(one));
  if (gravest !== undefined) throw new NoValue(gravest);
}
