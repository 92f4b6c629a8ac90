import type { ConditionDocument, WindowDocument } from '@weir/contracts';

/** What every measure over a window has. */
export interface Windowed {
  readonly window: WindowDocument;
  readonly where: readonly ConditionDocument[];
}
