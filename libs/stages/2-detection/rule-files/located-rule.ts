import type { RuleDocument } from '@weir/contracts';
import type { Position, Step } from './mistake';

/** A rule with the place where it stands. */
export interface LocatedRule extends Position {
  readonly rule: RuleDocument;
  readonly file: string;
  /** Where a part of the rule stands, or the nearest part around it that is written. */
  readonly locate: (path: readonly Step[]) => Position;
}
