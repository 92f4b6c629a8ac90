import type { ReferenceDocument, RuleDocument } from '@weir/contracts';
import type { Position, Step } from './mistake';

/** Where a document stands. */
export interface Located extends Position {
  readonly file: string;
  /** Where a part of the document stands, or the nearest part around it that is written. */
  readonly locate: (path: readonly Step[]) => Position;
}

/** A rule with the place where it stands. */
export interface LocatedRule extends Located {
  readonly rule: RuleDocument;
}

/** A list, a table or rates with the place where they stand. */
export interface LocatedReference extends Located {
  readonly reference: ReferenceDocument;
}
